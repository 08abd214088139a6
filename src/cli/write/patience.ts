// How long to go on with a log that does not take anything: for ever while input may still come, and after its
// end as long as there is any progress within the time limit. A slow reader or disk is waited for; a dead one
// is not.

import type { BaseFileWriterThread } from '../../index.js'

/** Longest single wait: how often progress is looked at. It is also how often a failing disk is asked. */
const SLICE_MS = 1000

/** Waits for a writer. */
export class Patience {
  readonly #writer: BaseFileWriterThread
  readonly #limitMs: number
  readonly #gone: AbortSignal
  #isEnding = false
  #flushes = 0
  #lastProgress = 0

  /** @param gone set when the log will never take anything again */
  constructor(writer: BaseFileWriterThread, limitMs: number, gone: AbortSignal) {
    this.#writer = writer
    this.#limitMs = limitMs
    this.#gone = gone
  }

  /** No more input: from now on the limit counts. */
  end(): void {
    if (this.#isEnding) return
    this.#isEnding = true
    this.#flushes = this.#writer.flushCount
    this.#lastProgress = performance.now()
  }

  /** Waits once, for a bounded time, for `goal`; `waiting` = not reached yet, but worth another try. */
  async wait(goal: (ms: number) => Promise<boolean>): Promise<'done' | 'waiting' | 'over'> {
    if (this.#gone.aborted) return 'over'
    const left = this.#isEnding ? this.#lastProgress + this.#limitMs - performance.now() : SLICE_MS
    if (await this.#orGone(goal(Math.max(0, Math.min(left, SLICE_MS))))) return 'done'
    if (this.#writer.flushCount !== this.#flushes) {
      this.#flushes = this.#writer.flushCount
      this.#lastProgress = performance.now()
    }
    const isOver = this.#isEnding && performance.now() - this.#lastProgress >= this.#limitMs
    return isOver || this.#gone.aborted ? 'over' : 'waiting'
  }

  /** As `goal`, but false as soon as the log is gone. Nothing stays behind with what lives as long as the run. */
  #orGone(goal: Promise<boolean>): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const onGone = (): void => resolve(false)
      this.#gone.addEventListener('abort', onGone, { once: true })
      goal.then(resolve, reject).finally(() => this.#gone.removeEventListener('abort', onGone))
    })
  }
}
