// The end of a writer, whoever brings it: stop(), the queue's own stop, or the end of the process. Asked for once,
// waited for as often as anybody likes, and done once: then the numbers are final, what is not needed is gone, and the
// log is closed. Runs on the owner's thread.

import { leaveLane } from '../queue/lanes.js'
import type { QueueMetrics } from '../queue/queue-metrics.js'
import { closeLog } from '../sinks/open-log.js'
import type { DrainHost } from '../thread/host.js'
import type { WriterParts } from './assembly.js'
import { expectOutside } from './drop-marker.js'
import { finishAtExit, forgetAtExit, type Finishable } from './exit.js'
import { LateLines } from './late-lines.js'
import type { Reporter } from './reporter.js'
import type { Staging } from './staging.js'
import { now } from '../runtime.js'

/** What is ended. */
export interface EndingPorts {
  readonly parts: WriterParts
  readonly host: DrainHost
  readonly staging: Staging
  readonly metrics: QueueMetrics
  readonly reporter: Reporter
  /** Called once, when it is over. */
  readonly onOver: () => void
}

/** The end of one writer. */
export class Ending implements Finishable {
  readonly handlesSignals: boolean
  readonly #ports: EndingPorts
  #isOver = false
  /** The last gap's dropMarker is the user's, and may ask for the end that is under way. */
  #isFinishing = false

  /** From here on, the writer is finished when the thread ends. */
  constructor(ports: EndingPorts) {
    this.#ports = ports
    this.handlesSignals = ports.parts.options.handleSignals
    finishAtExit(this)
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

  /** Waits for the end without asking for it. True = all written; false = not within `ms`, or something is left. */
  async wait(ms: number): Promise<boolean> {
    if (!this.#isOver && !(await this.#ports.host.awaitStop(ms))) return false
    const isAllWritten = this.finish()
    await this.#ports.reporter.allTold()
    return isAllWritten
  }

  /** Asks for the end and waits for it, blocking the thread. */
  waitSync(ms: number): boolean {
    expectOutside(this.#ports.parts.marker)
    this.begin()
    if (!this.#isOver && this.#ports.host.requestSync('stop', ms) === false) return false
    return this.finish()
  }

  /** After the consumer has ended: the rest. Returns whether all is written. */
  finish(): boolean {
    this.#finish(() => this.#close())
    return this.#ports.metrics.pending === 0
  }

  handOver(): void {
    this.#ports.staging.commitUnasked()
  }

  beginExit(): void {
    this.begin()
  }

  finishExit(since: number): boolean {
    const { parts, host, staging } = this.#ports
    const deadline = since + parts.options.exitTimeout
    // The log stays open, as later 'exit' handlers may still send; it goes with the thread.
    const isAnswered = this.#isOver || host.requestSync('stop', Math.max(0, deadline - now()))
    if (isAnswered !== false) this.#finish(() => {})
    staging.goOnWith(new LateLines(parts, this.#ports.metrics, this.#isOver, deadline))
    return this.#isOver || !(parts.control.isWriting && host.hasThread)
  }

  #finish(close: () => void): void {
    const { parts, host, staging, metrics, reporter, onOver } = this.#ports
    metrics.invalidate()
    if (this.#isOver || this.#isFinishing) return
    this.#isFinishing = true
    staging.close()
    staging.closeGap()
    const isSettled = host.drainRest()
    this.#isOver = true
    host.dispose()
    onOver()
    forgetAtExit(this)
    leaveLane(parts.producer.lane)
    metrics.freeze()
    // What is left, or still to come, or a tail that could not be cut off, is for the next start.
    parts.queue.memory.release(isSettled && metrics.pending === 0 && !parts.control.hasTail)
    close()
    reporter.closed()
  }

  /** Network disks tell only now that they had no room (EDQUOT) or are gone (EIO). */
  #close(): void {
    const { parts, reporter } = this.#ports
    try {
      closeLog(parts.log)
    } catch (error) {
      parts.control.countError()
      reporter.closeFailed(error)
    }
  }
}
