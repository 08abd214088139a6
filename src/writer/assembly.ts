// The parts of a writer, opened in order; if one fails, those before it are released. And what the writer gives to its
// threads, as plain data: the job for the draining thread, the handle for sending threads.

import { WriterType } from '../constants.js'
import type { ResolvedOptions } from '../options.js'
import { claimLane } from '../queue/lanes.js'
import { uniqueId } from '../unique-id.js'
import { Producer } from '../queue/producer.js'
import type { Log } from '../log/log.js'
import { openLog } from '../log/open-log.js'
import type { DrainJob } from '../drain/drain-job.js'
import { currentThread, isThreadAlive } from '../drain/identity.js'
import { LocalDrain } from '../drain/local-drain.js'
import { Control } from '../drain/protocol.js'
import { DrainRecord } from '../queue/drain-record.js'
import { expectSignals } from './files.js'
import type { WriterHandle, WriterHandleFields } from './handle.js'
import type { Q } from '../q/q.js'
import { expectUsable, queueFor, type WriterQueue } from './writer-queue.js'
import { TimeLimit } from '../time-limit.js'

/** An open writer's parts. */
export interface WriterParts {
  readonly options: ResolvedOptions
  readonly log: Log
  readonly queue: WriterQueue
  readonly control: Control
  readonly record: DrainRecord
  /** Of the owner's thread. */
  readonly producer: Producer
  readonly job: DrainJob
  readonly handle: WriterHandle
}

/** Opens everything; on failure nothing stays open, locked or taken. */
export function openParts(q: Q | null, target: string | URL | number, options: ResolvedOptions): WriterParts {
  expectUsable(q, options)
  expectSignals(options)
  const undo: (() => void)[] = []
  try {
    const log = openLog(target, { ...options, isMapped: options.writerType === WriterType.MMAP })
    undo.push(() => log.close())
    const queue = queueFor(q, log, options)
    undo.push(queue.discard)
    const { memory, doorbell } = queue
    const control = new Control()
    const record = new DrainRecord(memory.buffer)
    record.reset()
    const job = drainJobOf(log, queue, control, options)
    // Threads that have ended may hold every lane of a user's queue, and nobody drains it yet.
    const local = new LocalDrain(job, memory, {
      emit: () => {},
      onEnd: () => {},
    })
    const lane = claimLane(memory, doorbell, currentThread, isThreadAlive, (isDone, ms) =>
      local.runUntil(isDone, new TimeLimit(ms)),
    )
    const producer = new Producer(memory, lane)
    const handle = writerHandleOf(q?.handle.id ?? uniqueId(), log, queue, job, options)
    return { options, log, queue, control, record, producer, job, handle }
  } catch (error) {
    for (const giveBack of undo.toReversed()) giveBack()
    throw error
  }
}

function drainJobOf(log: Log, queue: WriterQueue, control: Control, options: ResolvedOptions): DrainJob {
  const { geometry, handle } = queue.memory
  return {
    memory: handle,
    bell: queue.doorbell.handle,
    control: control.handle,
    log: log.handle,
    pacing: {
      writerType: options.writerType,
      mode: options.mode,
      batchLines: options.batchSize,
      flushIntervalMs: options.flushInterval,
      syncIntervalMs: options.syncInterval,
      lineLimit: geometry.lineLimit,
      byteLimit: geometry.byteLimit,
    },
  }
}

function writerHandleOf(
  id: string,
  log: Log,
  queue: WriterQueue,
  job: DrainJob,
  options: ResolvedOptions,
): WriterHandle {
  const handle: WriterHandleFields = {
    id,
    owner: currentThread,
    memory: job.memory,
    bell: job.bell,
    control: job.control,
    policy: options.policy,
    batchSize: options.batchSize,
    path: log.path,
    notCrashSafeBecause: queue.notCrashSafeBecause,
  }
  return handle as WriterHandle
}
