// The queue that a writer makes for itself: in a file beside the log where that is safe, else in memory. Before it
// makes one, it takes up the queues that killed writers of the same log have left.

import { fstatSync } from 'node:fs'
import { QueuePolicy, WriterType } from '../constants.js'
import { createQueueFile, queueFilesOf, queueFolder } from '../crash/queue-file.js'
import { recoverAll, type Recovery } from '../crash/recover.js'
import { sinkStateIn } from '../crash/log-notes.js'
import { ChooseL2Error, type ErrorCode } from '../errors.js'
import { invalid, type ResolvedOptions } from '../options.js'
import type { Q } from './q.js'
import { Doorbell } from '../queue/doorbell.js'
import { geometryOf, type Geometry } from '../queue/layout.js'
import { SharedMemory, type QueueMemory } from '../queue/memory.js'
import type { OpenLog } from '../sinks/open-log.js'
import { POSITION } from '../sinks/sink.js'

/** A writer's queue and how it came to be. */
export interface WriterQueue {
  readonly memory: QueueMemory
  readonly doorbell: Doorbell
  /** Why what is handed over would not survive the death of the process; null if it would. */
  readonly notCrashSafeBecause: string | null
  /** What became of the queues that were found. */
  readonly recoveries: readonly Recovery[]
  /** As if the writer had never been: for one that could not be made. */
  readonly discard: () => void
}

const UNAVAILABLE: ErrorCode = 'ERR_CRASH_SAFETY_UNAVAILABLE'

const USERS_QUEUE = { notCrashSafeBecause: 'the queue was passed by the application', recoveries: [] }

/** Throws if the user's queue cannot serve a writer with these options; call before any file is touched. */
export function expectUsable(q: Q | null, options: ResolvedOptions): void {
  if (q === null) return
  if (options.crashSafe === true) {
    throw invalid('crashSafe', 'not to be true for a queue of your own, which lies in memory', true)
  }
  q.expectFree()
  if (options.policy === QueuePolicy.DROP_OLDEST && !q.canDropOldest) {
    const expected = "other than 'drop_oldest', as the queue was made with dropOldest: false"
    throw invalid('policy', expected, options.policy)
  }
}

/** The queue for a writer: the user's, or a new one after recovering what was left behind. */
export function queueFor(q: Q | null, log: OpenLog, options: ResolvedOptions): WriterQueue {
  const queue =
    q === null
      ? makeQueue(log, options)
      : { ...q.takeForWriter(), ...USERS_QUEUE, discard: () => q.giveBack() }
  const stats = fstatSync(log.fd)
  sinkStateIn(queue.memory.buffer)[POSITION] = stats.isFile() ? stats.size : 0 // after the recovery
  return queue
}

function makeQueue(log: OpenLog, options: ResolvedOptions): WriterQueue {
  const geometry = geometryOf(
    options.lanes,
    options.queueSize,
    options.queueBytes,
    options.policy === QueuePolicy.DROP_OLDEST,
  )
  if (options.crashSafe === false) return inMemory(geometry, 'the option crashSafe is false', [])
  const folder = queueFolder(log.path, options.queueDir)
  const isMapped = options.writerType === WriterType.MMAP
  const recoveries = log.isOwned
    ? recoverAll(queueFilesOf(log.path, folder), {
        fileMode: options.fileMode,
        ownsLog: isMapped,
        onlyLog: log.path,
      })
    : []
  const file = createQueueFile({ ...log, isMapped }, folder, geometry)
  if ('memory' in file) {
    const { memory } = file
    const discard = (): void => memory.release(true)
    return { memory, doorbell: new Doorbell(), notCrashSafeBecause: null, recoveries, discard }
  }
  if (options.crashSafe === true) {
    const advice = 'Leave the option out to do without where it cannot be had'
    throw new ChooseL2Error(
      UNAVAILABLE,
      `${log.path} cannot have a crash-safe queue: ${file.reason}. ${advice}`,
      {
        cause: file.cause,
      },
    )
  }
  return inMemory(geometry, file.reason, recoveries)
}

function inMemory(geometry: Geometry, reason: string, recoveries: readonly Recovery[]): WriterQueue {
  return {
    memory: SharedMemory.create(geometry),
    doorbell: new Doorbell(),
    notCrashSafeBecause: reason,
    recoveries,
    discard: () => {}, // goes with its last view
  }
}
