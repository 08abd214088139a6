// The errors that this package throws and emits: one class, one table of codes. (Q.get throws QEmpty when its time is up.)

const brand: unique symbol = Symbol.for('choose-l2.error') as never

/** Every code a {@link ChooseL2Error} can carry, with what it means. */
export const ErrorCode = {
  /** An argument or option is not of the expected type or range. */
  ERR_INVALID_ARGUMENT: 'ERR_INVALID_ARGUMENT',
  /** The log could not be opened; `cause` is the system error. */
  ERR_OPEN_FAILED: 'ERR_OPEN_FAILED',
  /** The memory-mapped writer cannot work here; the message names the reason and the alternative. */
  ERR_MMAP_UNAVAILABLE: 'ERR_MMAP_UNAVAILABLE',
  /** A writer that cannot share the file has it open: a memory-mapped one, or one that rotates it without koffi. */
  ERR_FILE_IN_USE: 'ERR_FILE_IN_USE',
  /** Another writer has the log open, and one of the two has the option `lock`; the message names its process. */
  ERR_LOCKED: 'ERR_LOCKED',
  /** `crashSafe: true`, but the queue cannot be kept in a file here; the message says why. */
  ERR_CRASH_SAFETY_UNAVAILABLE: 'ERR_CRASH_SAFETY_UNAVAILABLE',
  /** `send` was called after `stop`, `close` or `detach`. */
  ERR_WRITER_CLOSED: 'ERR_WRITER_CLOSED',
  /** `put` was called on a queue that has been stopped. */
  ERR_QUEUE_STOPPED: 'ERR_QUEUE_STOPPED',
  /** Somebody else, usually a writer, takes the lines out of this queue. */
  ERR_QUEUE_IN_USE: 'ERR_QUEUE_IN_USE',
  /** Every lane is taken by a living thread; raise the option `lanes`. */
  ERR_NO_FREE_LANE: 'ERR_NO_FREE_LANE',
  /** One line is larger than a queue can ever carry (1 GiB). */
  ERR_LINE_TOO_LARGE: 'ERR_LINE_TOO_LARGE',
  /** A write failed and is retried; the lines wait in the queue. Emitted, never thrown. */
  ERR_WRITE_FAILED: 'ERR_WRITE_FAILED',
  /** The log could not be rotated or opened again: it goes on in its old file, and that is tried again. Emitted. */
  ERR_ROTATE_FAILED: 'ERR_ROTATE_FAILED',
  /** The disk refused to confirm that data is durable. Emitted, never thrown. */
  ERR_SYNC_FAILED: 'ERR_SYNC_FAILED',
  /** The reader of a pipe, socket or terminal that was passed as a descriptor is gone: the writer has ended. Emitted. */
  ERR_READER_GONE: 'ERR_READER_GONE',
  /** The writer thread died; its role was taken over. Emitted, never thrown. */
  ERR_THREAD_DIED: 'ERR_THREAD_DIED',
} as const
/** One of the keys of {@link ErrorCode}. */
export type ErrorCode = keyof typeof ErrorCode

/**
 * The error class of this package.
 *
 * `code` is one of {@link ErrorCode}; `cause`, where there is one, is the system error behind it.
 *
 * @example
 * ```js
 * import { createWriter } from 'choose-l2'
 *
 * try {
 *   createWriter('/proc/app.log')
 * } catch (error) {
 *   console.log(error.code, error.cause.code) // ERR_OPEN_FAILED ENOENT
 * }
 * ```
 */
export class ChooseL2Error extends Error {
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'ChooseL2Error'
    this.code = code
    // The brand, unlike the prototype, is shared by two copies of the package in one process.
    Object.defineProperty(this, brand, { value: true })
  }

  /** True for an error of any copy of this package, so `instanceof` works across copies. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value
  }
}

/** The code of a system error (`'ENOSPC'`), or `undefined` for any other value. */
export function systemErrorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/** What was thrown, as an error. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}
