// What the consumer has done and what went wrong, in the queue's header: its successor on another thread reads it, and
// so does a tool outside the process, with read(2). The consumer writes; the owner counts what fails while it ends.

import { R_ERROR_AT, R_ERROR_CALL, R_ERROR_NUMBER, R_ERRORS, R_FLUSHES, R_SYNC_BROKEN } from './layout.js'
import { RECORD_BYTES, RECORD_OFFSET } from './layout.js'
import { wallTime } from '../runtime.js'

/** What failed: a write, a sync, the writer thread, closing the log, or rotating or reopening it. */
export const FailedCall = { write: 1, sync: 2, thread: 3, close: 4, rotate: 5 } as const
export type FailedCall = keyof typeof FailedCall

/** The numbers of a queue's consumer. */
export class DrainRecord {
  #words: Int32Array
  #totals: Float64Array

  constructor(buffer: ArrayBufferLike) {
    this.#words = new Int32Array(buffer, RECORD_OFFSET, RECORD_BYTES / 4)
    this.#totals = new Float64Array(buffer, RECORD_OFFSET, RECORD_BYTES / 8)
  }

  /** A new writer begins with no errors, also on a queue that had one before. */
  reset(): void {
    this.#words.fill(0)
  }

  /** The memory is about to go: from here on this object keeps the numbers itself. */
  keep(): void {
    this.#words = this.#words.slice()
    this.#totals = new Float64Array(this.#words.buffer)
  }

  /** Failed calls. Each is tried again, so an error is not a lost line. */
  get errors(): number {
    return this.#totals[R_ERRORS] as number
  }

  /** Counts a failed call. `error`: what it threw. */
  countError(call: FailedCall, error: unknown): void {
    const errno = (error as NodeJS.ErrnoException | null | undefined)?.errno
    this.#words[R_ERROR_NUMBER] = typeof errno === 'number' ? errno : 0
    this.#words[R_ERROR_CALL] = FailedCall[call]
    this.#totals[R_ERROR_AT] = wallTime()
    this.#totals[R_ERRORS] = this.errors + 1
  }

  /** The last failed call: one of {@link FailedCall} or 0, its errno (negative; 0 = none), and when (ms since 1970). */
  get lastError(): { readonly call: number; readonly errno: number; readonly at: number } {
    const [call = 0, errno = 0] = [this.#words[R_ERROR_CALL], this.#words[R_ERROR_NUMBER]]
    return { call, errno, at: this.#totals[R_ERROR_AT] as number }
  }

  /** Writes that reached the kernel. */
  get flushes(): number {
    return this.#totals[R_FLUSHES] as number
  }

  countFlush(): void {
    this.#totals[R_FLUSHES] = this.flushes + 1
  }

  /** True after the disk once failed to confirm a sync: nothing it says later can be believed. */
  get isSyncBroken(): boolean {
    return Atomics.load(this.#words, R_SYNC_BROKEN) === 1
  }

  breakSync(): void {
    Atomics.store(this.#words, R_SYNC_BROKEN, 1)
  }
}
