// The end of a writer: by stop(), by the queue's own stop, or by the end of the process. Any number of calls may ask for
// it and wait for it; it happens once. Then the numbers are final, what is not needed is gone, and the log is closed.
// Runs on the owner's thread.

import { leaveLane } from '../queue/lanes.js'
import type { QueueMetrics } from '../queue/queue-metrics.js'
import type { DrainHost } from '../drain/host.js'
import type { WriterParts } from './assembly.js'
import { registerForExit, unregisterForExit, type Finishable } from '../process/exit.js'
import { LateLines } from '../send/late-lines.js'
import type { WriterFiles } from './files.js'
import type { Reporter } from './reporter.js'
import type { Staging } from '../send/staging.js'
import { SLICE_MS, type Limit, type TimeLimit } from '../time-limit.js'

/** What is ended. */
export interface EndingPorts {
  readonly parts: WriterParts
  readonly host: DrainHost
  readonly staging: Staging
  readonly metrics: QueueMetrics
  readonly reporter: Reporter
  readonly files: WriterFiles
  /** Called once, when it is over. */
  readonly onOver: () => void
}

/** The end of one writer. */
export class Ending implements Finishable {
  readonly handlesSignals: boolean
  readonly isFinishedLast = false
  readonly #ports: EndingPorts
  #isOver = false
  /** Set once the process is ending. */
  #exitLimit: TimeLimit | null = null

  /** From here on, the writer is finished when the thread ends. */
  constructor(ports: EndingPorts) {
    this.#ports = ports
    this.handlesSignals = ports.parts.options.handleSignals
    registerForExit(this)
  }

  /** True once the log is closed. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** For people: whether it has begun, and whether it is over. */
  get state(): 'running' | 'stopping' | 'stopped' {
    if (this.#isOver) return 'stopped'
    return this.#ports.parts.queue.doorbell.stopped ? 'stopping' : 'running'
  }

  /** Accepts nothing more and asks for the end; does not wait. */
  begin(): void {
    if (this.#isOver) return
    const { parts, host, staging } = this.#ports
    staging.close()
    parts.queue.doorbell.stop()
    parts.control.ask('stop')
    host.wake()
  }

  /** Waits for the end without asking for it. True = all written; false = the limit has passed, or something is left. */
  async wait(limit: Limit): Promise<boolean> {
    if (!this.#isOver && !(await this.#ports.host.awaitStop(limit))) return false
    const isAllWritten = this.finish()
    await this.#ports.files.ended()
    await this.#ports.reporter.allTold()
    return isAllWritten
  }

  /** Asks for the end and waits for it, blocking the thread. */
  waitSync(limit: Limit): boolean {
    this.begin()
    if (!this.#isOver && this.#ports.host.requestSync('stop', limit) === false) return false
    return this.finish()
  }

  /** After the consumer has ended: the rest. Returns whether all is written. */
  finish(): boolean {
    const { parts, metrics } = this.#ports
    this.#finish(() => this.#close())
    return metrics.pending === 0 && !parts.control.isReaderGone
  }

  /** For a writer that was made while the process exits: from now on each line is written at once. */
  finishLate(): void {
    this.beginExit()
    while (!this.continueExit(SLICE_MS));
  }

  handOver(): void {
    this.#ports.staging.commitMeanwhile()
  }

  beginExit(): void {
    const { parts, host } = this.#ports
    this.begin()
    this.#exitLimit = host.limit(parts.options.exitTimeout)
  }

  continueExit(ms: number): boolean {
    const { parts, host, staging, metrics } = this.#ports
    const limit = (this.#exitLimit ??= host.limit(parts.options.exitTimeout))
    const isAnswered = this.#isOver || host.requestSync('stop', limit.slice(ms)) !== false
    if (!isAnswered && limit.left() > 0) return false
    // The log stays open, as later 'exit' handlers may still send; it goes with the thread.
    if (isAnswered) this.#finish(() => {})
    else host.settleThread()
    if (parts.control.isReaderGone) return true
    staging.goOnWith(new LateLines(parts, metrics, this.#isOver ? 'written' : 'queued', limit.left()))
    return true
  }

  get isHanging(): boolean {
    const { parts, host } = this.#ports
    return !this.#isOver && parts.control.isWriting && host.hasThread
  }

  #finish(close: () => void): void {
    const { parts, host, staging, metrics, reporter, files, onOver } = this.#ports
    if (this.#isOver) return
    staging.close()
    const { isReaderGone } = parts.control
    const isSettled = isReaderGone || host.drainRest()
    this.#isOver = true
    host.dispose()
    files.end()
    onOver()
    leaveLane(parts.producer.lane)
    metrics.freeze()
    parts.record.keep()
    if (isReaderGone) staging.goOnWith(new LateLines(parts, metrics, 'dropped', 0))
    // What is left, or still to come, or a tail that could not be cut off, is for the next start.
    parts.queue.memory.release(isSettled && metrics.pending === 0 && !parts.control.hasTail)
    close()
    reporter.closed()
    unregisterForExit(this) // last: a signal that waits for the event loop ends the process here
  }

  /** Network disks tell only now that they had no room (EDQUOT) or are gone (EIO). */
  #close(): void {
    const { parts, reporter } = this.#ports
    try {
      parts.log.close()
    } catch (error) {
      parts.record.countError('close', error)
      reporter.closeFailed(error)
    }
  }
}
