// Lines that an application's own 'exit' handler sends after the writer's has run. The writer is finished and no
// thread drains, so each line is written at once. If the writer could not be finished because the disk takes nothing,
// the line joins those that wait in the queue for the next start. Also lines that are sent after the reader of a pipe
// has gone: they are dropped. Runs on the owner's thread, at exit in its last moments.

import { systemErrorCode } from '../errors.js'
import { Backoff } from '../drain/backoff.js'
import type { Log } from '../log/log.js'
import type { Doorbell } from '../queue/doorbell.js'
import type { Producer } from '../queue/producer.js'
import type { QueueMetrics } from '../queue/queue-metrics.js'
import { TimeLimit } from '../time-limit.js'

/** How long to wait before a full pipe is tried again. */
const BUSY_MS = 1

/** What becomes of lines after the end. */
export type LateFate = 'written' | 'queued' | 'dropped'

/** The parts of a writer that take them. */
export interface LateParts {
  readonly producer: Producer
  readonly queue: { readonly doorbell: Doorbell }
  readonly log: Log
}

/** Takes lines after the end. */
export class LateLines {
  readonly #parts: LateParts
  readonly #metrics: QueueMetrics
  readonly #fate: LateFate
  /** For all lines together. */
  readonly #limit: TimeLimit
  #writes = 0

  /** @param ms how long a full pipe may take nothing */
  constructor(parts: LateParts, metrics: QueueMetrics, fate: LateFate, ms: number) {
    this.#parts = parts
    this.#metrics = metrics
    this.#fate = fate
    this.#limit = new TimeLimit(ms, () => this.#writes)
  }

  /**
   * @param chunk whole lines, each with its '\n'
   * @param ends where in the chunk each of them ends
   * @returns how many of the lines were accepted
   */
  send(chunk: Uint8Array, ends: Int32Array): number {
    if (this.#fate === 'queued') return this.#queue(chunk, ends)
    return this.#fate === 'written' ? this.#writeAll(chunk, ends) : this.#drop(ends.length)
  }

  /** One at a time: each may be the first of a new file. */
  #writeAll(chunk: Uint8Array, ends: Int32Array): number {
    let accepted = 0
    let start = 0
    for (const end of ends) {
      accepted += this.#write(chunk.subarray(start, end))
      start = end
    }
    return accepted
  }

  #queue(chunk: Uint8Array, ends: Int32Array): number {
    const { producer } = this.#parts
    const accepted = producer.pushLines(chunk, ends, 0)
    if (accepted < ends.length) producer.refuse(ends.length - accepted)
    return accepted
  }

  #write(line: Uint8Array): number {
    try {
      for (let at = 0; at < line.length;) at += this.#writeSome(line.subarray(at))
      this.#metrics.countLate({ written: 1, bytesWritten: line.length, dropped: 0 })
      return 1
    } catch {
      return this.#drop(1) // too late to report
    }
  }

  #drop(lines: number): 0 {
    this.#metrics.countLate({ written: 0, bytesWritten: 0, dropped: lines })
    return 0
  }

  #writeSome(bytes: Uint8Array): number {
    const { log, queue } = this.#parts
    for (;;) {
      try {
        const written = log.append(bytes)
        this.#writes++
        return written
      } catch (error) {
        if (!Backoff.isBusy(systemErrorCode(error)) || this.#limit.left() <= 0) throw error
        queue.doorbell.sleep(queue.doorbell.listen(), BUSY_MS)
      }
    }
  }
}
