// The descriptor of a log, as all threads of a writer see it: a few words of shared memory. When another file becomes the log,
// it is put behind the same number (dup3), which belongs to the thread that opened the log: Node closes it when that thread
// ends, and nobody has to be told. Changed by the thread that has the consumer's role.

import { closeSync } from 'node:fs'
import { loadLibc } from '../native/libc.js'

const FD_AT = 0
const GENERATION_AT = 1
const PATIENT_IN_AT = 2
const PAUSE_AT = 3
const UNSYNCED_AT = 4
const WORDS = 6
/** No descriptor, no generation. */
export const NONE = -1

/** What becomes of the file that was open before. `foreign`: it is somebody else's, who got the number of a log that was closed. */
export type OldFile = 'closed' | 'kept' | 'foreign'

/** When a rotation that failed is tried again. */
export interface Retry {
  readonly generation: number
  readonly at: number
  readonly pauseMs: number
}

/** No rotation has failed. */
export const NO_RETRY: Retry = { generation: NONE, at: 0, pauseMs: 0 }

/** The words, on one thread. */
export class LogDescriptor {
  readonly handle: SharedArrayBuffer
  readonly #words: Int32Array
  readonly #retryAt: Float64Array

  constructor(handle: SharedArrayBuffer) {
    this.handle = handle
    this.#words = new Int32Array(handle, 0, WORDS)
    this.#retryAt = new Float64Array(handle, WORDS * 4, 1)
  }

  /** The words of a log with this descriptor, or with none yet. */
  static of(fd: number = NONE): LogDescriptor {
    const handle = new SharedArrayBuffer(WORDS * 4 + 8)
    new Int32Array(handle, 0, WORDS).set([fd, NONE, NONE, 0, 0])
    return new LogDescriptor(handle)
  }

  get fd(): number {
    return Atomics.load(this.#words, FD_AT)
  }

  /** In which generation of a rotating log its file is live; {@link NONE} while that is not certain. */
  get generation(): number {
    return Atomics.load(this.#words, GENERATION_AT)
  }

  set generation(generation: number) {
    Atomics.store(this.#words, GENERATION_AT, generation)
  }

  /** True if files were left and closed that nobody has synced. */
  get hasUnsynced(): boolean {
    return Atomics.load(this.#words, UNSYNCED_AT) === 1
  }

  set hasUnsynced(hasUnsynced: boolean) {
    Atomics.store(this.#words, UNSYNCED_AT, hasUnsynced ? 1 : 0)
  }

  /** After a rotation that failed: in which generation, when it is tried again (ms since 1970), and after which pause. */
  get retry(): Retry {
    const [generation = NONE, pauseMs = 0] = this.#words.subarray(PATIENT_IN_AT, UNSYNCED_AT)
    return { generation, pauseMs, at: this.#retryAt[0] ?? 0 }
  }

  set retry({ generation, at, pauseMs }: Retry) {
    this.#retryAt[0] = at
    this.#words[PAUSE_AT] = pauseMs
    this.#words[PATIENT_IN_AT] = generation
  }

  /**
   * The log goes on in the file of `fresh`, a descriptor that this takes over. Returns one of the old file if that is `kept`:
   * close it with {@link closeOld}.
   */
  replace(fresh: number, old: OldFile): number | null {
    const libc = loadLibc()
    const { fd } = this
    if (fd === NONE || old === 'foreign' || !libc.available) {
      Atomics.store(this.#words, FD_AT, fresh)
      if (old === 'kept' && fd !== NONE) return fd
      if (old === 'closed' && fd !== NONE) closeSync(fd)
      return null
    }
    const kept = old === 'kept' ? libc.duplicate(fd) : null
    libc.replace(fresh, fd)
    closeSync(fresh)
    return kept
  }
}

/** Closes what {@link LogDescriptor.replace} has returned. */
export function closeOld(fd: number): void {
  const libc = loadLibc()
  if (libc.available) libc.close(fd)
  else closeSync(fd)
}
