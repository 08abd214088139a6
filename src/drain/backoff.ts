// When to try again after a failed write. Pipes that are full for a moment are asked often and quietly;
// a disk that fails is left in peace for longer each time.

/** Errors that mean "not now" rather than "broken". */
const BUSY_CODES = new Set(['EAGAIN', 'EWOULDBLOCK', 'EINTR'])
const BUSY_FIRST_MS = 1
const BUSY_LONGEST_MS = 20
const FAULT_FIRST_MS = 10
/** After an hour on a full disk, logging resumes within a second of there being room. */
const FAULT_LONGEST_MS = 1000

/** Counts failures in a row and tells how long to wait after each. */
export class Backoff {
  #delayMs = 0

  /** A reader that is slow, as opposed to a fault worth telling. */
  static isBusy(code: string | undefined): boolean {
    return code !== undefined && BUSY_CODES.has(code)
  }

  /** How long to wait after this failure. */
  next(isBusy: boolean): number {
    const first = isBusy ? BUSY_FIRST_MS : FAULT_FIRST_MS
    const longest = isBusy ? BUSY_LONGEST_MS : FAULT_LONGEST_MS
    this.#delayMs = Math.min(longest, Math.max(first, this.#delayMs * 2))
    return this.#delayMs
  }

  reset(): void {
    this.#delayMs = 0
  }
}
