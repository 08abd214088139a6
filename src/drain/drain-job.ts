// Everything a thread needs to drain a queue into a log, as data that can be posted to it, and the one
// place where a drain loop is put together: the writer thread and the caller's thread both do it here.

import { LiveSink } from '../log/live-sink.js'
import { Log, type LogHandle } from '../log/log.js'
import { sinkNotesIn } from '../memory/log-notes.js'
import type { MemoryHandle } from '../memory/open-memory.js'
import { Consumer } from '../queue/consumer.js'
import { Doorbell, type BellHandle } from '../queue/doorbell.js'
import { DrainRecord } from '../queue/drain-record.js'
import { reapLanes } from '../queue/lanes.js'
import type { QueueMemory } from '../queue/memory.js'
import { DrainLoop } from './drain-loop.js'
import { isThreadAlive } from './identity.js'
import { Pacing, type PacingSettings } from './pacing.js'
import { Control, reportFailure, type ThreadEvent } from './protocol.js'
import { now } from '../runtime.js'

/** The data of one writer that its threads share. */
export interface DrainJob {
  readonly memory: MemoryHandle
  readonly bell: BellHandle
  readonly control: SharedArrayBuffer
  readonly log: LogHandle
  readonly pacing: PacingSettings
}

/** A drain loop for the job, on the calling thread, which must hold the consumer's role. */
export function createDrainLoop(
  job: DrainJob,
  memory: QueueMemory,
  emit: (event: ThreadEvent) => void,
): DrainLoop {
  const control = new Control(job.control)
  const log = new Log(job.log)
  const record = new DrainRecord(memory.buffer)
  const sink = log.openSink(sinkNotesIn(memory.buffer), {
    onRotated: (rotation, tasks) => emit({ type: 'rotate', rotation, tasks }),
    onTrouble: (error) => reportFailure({ record, emit }, 'rotate', error),
  })
  const consumer = new Consumer(memory)
  const pacing = new Pacing(job.pacing, now())
  if (consumer.look().lines > 0) pacing.takeOver()
  return new DrainLoop({
    consumer,
    doorbell: new Doorbell(job.bell),
    control,
    record,
    sink,
    live: sink instanceof LiveSink ? sink : null,
    isReaderGone: (code) => log.isReaderGone(code),
    pacing,
    syncIntervalMs: job.pacing.syncIntervalMs,
    clock: { now },
    reap: () => reapLanes(memory, isThreadAlive),
    emit,
  })
}
