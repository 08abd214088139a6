// Lines that an application's own 'exit' handler sends after the writer's has run. The writer is finished and no
// thread drains, so each is written at once; or, if it could not be finished because the disk takes nothing, joins
// those that wait in the queue for the next start. Runs on the owner's thread, in its last moments.

import { fstatSync, writeSync } from 'node:fs'
import { WriterType } from '../constants.js'
import { systemErrorCode } from '../errors.js'
import type { QueueMetrics } from '../queue/queue-metrics.js'
import { Backoff } from '../thread/backoff.js'
import type { WriterParts } from './assembly.js'
import { now } from '../runtime.js'

/** How long a pipe that is full is left in peace. */
const BUSY_MS = 1

/** Takes lines after the end. */
export class LateLines {
  readonly #parts: WriterParts
  readonly #metrics: QueueMetrics
  readonly #isFinished: boolean
  readonly #deadline: number

  /** @param deadline until when a pipe may be full ({@link now}) */
  constructor(parts: WriterParts, metrics: QueueMetrics, isFinished: boolean, deadline: number) {
    this.#parts = parts
    this.#metrics = metrics
    this.#isFinished = isFinished
    this.#deadline = deadline
  }

  /**
   * @param chunk whole lines, each with its '\n'
   * @param ends where in the chunk each of them ends
   * @returns how many of the lines were accepted
   */
  send(chunk: Uint8Array, ends: Int32Array): number {
    return this.#isFinished ? this.#write(chunk, ends.length) : this.#queue(chunk, ends)
  }

  #queue(chunk: Uint8Array, ends: Int32Array): number {
    const { producer } = this.#parts
    const accepted = producer.pushLines(chunk, ends, 0)
    if (accepted < ends.length) producer.refuse(ends.length - accepted)
    return accepted
  }

  #write(chunk: Uint8Array, lines: number): number {
    try {
      for (let at = 0; at < chunk.length;) at += this.#writeSome(chunk.subarray(at))
      this.#metrics.countLate({ written: lines, bytesWritten: chunk.length, dropped: 0 })
      return lines
    } catch {
      this.#metrics.countLate({ written: 0, bytesWritten: 0, dropped: lines })
      return 0
    }
  }

  #writeSome(bytes: Uint8Array): number {
    const { log, options, queue } = this.#parts
    // A log that was mapped is not open for appending.
    const end = options.writerType === WriterType.MMAP ? fstatSync(log.fd).size : null
    for (;;) {
      try {
        return writeSync(log.fd, bytes, 0, bytes.length, end)
      } catch (error) {
        if (!Backoff.isBusy(systemErrorCode(error)) || now() >= this.#deadline) throw error
        queue.doorbell.sleep(queue.doorbell.listen(), BUSY_MS)
      }
    }
  }
}
