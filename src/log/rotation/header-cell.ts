// The header of the next file, where a function makes it: the function runs on the thread that owns the writer, and the
// thread that rotates reads its last answer here. Two places in shared memory; the one that is not read is written.

/** Longest header, with its newline. */
export const HEADER_BYTES = 4000

const CURRENT_AT = 0
const LENGTH_AT = 1
const WORDS = 3

/** The cell on one thread. */
export class HeaderCell {
  readonly handle: SharedArrayBuffer
  readonly #words: Int32Array

  constructor(handle: SharedArrayBuffer = new SharedArrayBuffer(WORDS * 4 + 2 * HEADER_BYTES)) {
    this.handle = handle
    this.#words = new Int32Array(handle, 0, WORDS)
  }

  get header(): Uint8Array | null {
    const current = Atomics.load(this.#words, CURRENT_AT)
    const length = Atomics.load(this.#words, LENGTH_AT + current)
    return length === 0 ? null : this.#place(current).slice(0, length)
  }

  /** At most {@link HEADER_BYTES}. */
  set header(bytes: Uint8Array | null) {
    const next = 1 - Atomics.load(this.#words, CURRENT_AT)
    if (bytes !== null) this.#place(next).set(bytes)
    Atomics.store(this.#words, LENGTH_AT + next, bytes?.length ?? 0)
    Atomics.store(this.#words, CURRENT_AT, next) // publishes both
  }

  #place(n: number): Uint8Array {
    return new Uint8Array(this.handle, WORDS * 4 + n * HEADER_BYTES, HEADER_BYTES)
  }
}

/** A header as it stands in the file, with its newline; null for none. */
export function headerLine(text: string | null): Uint8Array | null {
  if (text === null || text === '') return null
  return Buffer.from(text.endsWith('\n') ? text : `${text}\n`)
}
