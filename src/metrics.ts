// The numbers of a writer. The equation `enqueued === written + dropped + pending` holds in every snapshot.

import { showAs } from './inspection.js'
import { expectInteger } from './expect.js'

/** The numbers of a writer at one moment. */
export interface MetricsSnapshot {
  /** Calls of `send` that returned, dropped lines included. */
  readonly enqueued: number
  /** Lines that the kernel has taken. */
  readonly written: number
  /** Lines given up by a policy. */
  readonly dropped: number
  /** Failed writes and syncs; each is retried, so an error is not a lost line. */
  readonly errors: number
  /** Lines accepted and not yet written. */
  readonly pending: number
}

/** Read-only numbers; the base of {@link WriterMetrics} and of every writer's `metrics`. */
export abstract class Metrics implements MetricsSnapshot {
  static {
    showAs(this, (metrics) => ({ ...metrics.getSnapshot() }))
  }

  /** All numbers, taken at one moment, as a plain object. */
  abstract getSnapshot(): MetricsSnapshot

  /** As in {@link getSnapshot}, like all numbers here: to compare several of them, take one snapshot. */
  get enqueued(): number {
    return this.getSnapshot().enqueued
  }
  get written(): number {
    return this.getSnapshot().written
  }
  get dropped(): number {
    return this.getSnapshot().dropped
  }
  get errors(): number {
    return this.getSnapshot().errors
  }
  get pending(): number {
    return this.getSnapshot().pending
  }
}

/**
 * Counters to use on their own, for example around a destination of your own.
 *
 * @example
 * ```js
 * import { WriterMetrics } from 'choose-l2'
 *
 * const metrics = new WriterMetrics()
 * metrics.recordEnqueued(3)
 * metrics.recordWritten(2)
 * console.log(metrics.getSnapshot()) // { enqueued: 3, written: 2, dropped: 0, errors: 0, pending: 1 }
 * ```
 */
export class WriterMetrics extends Metrics {
  #enqueued = 0
  #written = 0
  #dropped = 0
  #errors = 0

  override getSnapshot(): MetricsSnapshot {
    const [enqueued, written, dropped, errors] = [this.#enqueued, this.#written, this.#dropped, this.#errors]
    return { enqueued, written, dropped, errors, pending: enqueued - written - dropped }
  }

  /** Counts `n` lines handed to `send`, whatever became of them. */
  recordEnqueued(n = 1): void {
    expectCount(n)
    this.#enqueued += n
  }
  /** Counts `n` lines written. */
  recordWritten(n = 1): void {
    expectCount(n)
    this.#written += n
  }
  /** Counts `n` lines dropped. */
  recordDropped(n = 1): void {
    expectCount(n)
    this.#dropped += n
  }
  /** Counts one error. */
  recordError(): void {
    this.#errors += 1
  }
}

function expectCount(n: unknown): void {
  expectInteger('n', n, 0, Number.MAX_SAFE_INTEGER)
}
