// How long to go on with a log that does not take anything: forever while input may still come, and after its end as
// long as there is any progress within the time limit. A slow reader or disk is waited for; a dead one is not. The
// writer's calls count the time, so that time in which the process is stopped does not count.

import type { BaseFileWriterThread } from '../../index.js'

/** Longest single wait without progress. It is also how often a failing disk is asked. */
const SLICE_MS = 1000

/** Waits for a writer. */
export class EndPatience {
  readonly #writer: BaseFileWriterThread
  readonly #limitMs: number
  readonly #gone: AbortSignal
  #isEnding = false
  /** Of the limit, since the last progress. */
  #usedMs = 0

  /** @param gone set when the log will never take anything again */
  constructor(writer: BaseFileWriterThread, limitMs: number, gone: AbortSignal) {
    this.#writer = writer
    this.#limitMs = limitMs
    this.#gone = gone
  }

  /** No more input: from now on the limit counts. */
  end(): void {
    this.#isEnding = true
  }

  /** Waits once for `goal`, which gives up after so many ms without progress; `waiting` = worth another try. */
  async wait(goal: (ms: number) => Promise<boolean>): Promise<'done' | 'waiting' | 'over'> {
    if (this.#gone.aborted) return 'over'
    const isEnding = this.#isEnding // a wait that began before the end does not count
    const ms = isEnding ? Math.max(0, Math.min(this.#limitMs - this.#usedMs, SLICE_MS)) : SLICE_MS
    const flushes = this.#writer.flushCount
    if (await this.#orGone(goal(ms))) return 'done'
    if (!isEnding) return this.#gone.aborted ? 'over' : 'waiting'
    this.#usedMs = ms + (this.#writer.flushCount === flushes ? this.#usedMs : 0)
    return this.#usedMs >= this.#limitMs || this.#gone.aborted ? 'over' : 'waiting'
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
