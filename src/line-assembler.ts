// Blocks of bytes in, whole lines out. A block of a pipe ends wherever it ends; what follows its last '\n' is kept
// until the rest of that line comes. That part is copied, because the caller may use its buffer again; the other bytes are
// not. The command and the streams use it.

/** Ends every line. */
export const NEWLINE = 0x0a
/** The library's limit for one line, its '\n' included; what is longer is cut there. */
const LONGEST_LINE_BYTES: number = 2 ** 30

/** Joins blocks at the ends of lines. */
export class LineAssembler {
  readonly #longest: number
  /** The beginning of a line whose end has not come yet. */
  #begun: Uint8Array[] = []
  #begunBytes = 0
  #cuts = 0

  constructor(longestLine: number = LONGEST_LINE_BYTES) {
    this.#longest = longestLine - 1
  }

  /** How often a line was too long and got a '\n' where there was none. */
  get cuts(): number {
    return this.#cuts
  }

  /** Takes the next block; returns what is complete now, as bytes that hold whole lines. */
  push(block: Buffer): Uint8Array[] {
    const wholes: Uint8Array[] = []
    const first = block.indexOf(NEWLINE) + 1
    if (first === 0) {
      this.#begin(block, wholes)
      return wholes
    }
    const last = block.lastIndexOf(NEWLINE) + 1
    let from = 0
    if (this.#begunBytes > 0) {
      this.#begin(block.subarray(0, first - 1), wholes)
      wholes.push(this.#complete())
      from = first
    }
    if (from < last) wholes.push(block.subarray(from, last))
    this.#begin(block.subarray(last), wholes)
    return wholes
  }

  /** No more blocks: the last line gets its '\n' if it has none. */
  end(): Uint8Array[] {
    return this.#begunBytes === 0 ? [] : [this.#complete()]
  }

  #begin(part: Uint8Array, wholes: Uint8Array[]): void {
    let rest = part
    while (this.#begunBytes + rest.length > this.#longest) {
      const fits = this.#longest - this.#begunBytes
      this.#keep(rest.subarray(0, fits))
      wholes.push(this.#complete())
      this.#cuts++
      rest = rest.subarray(fits)
    }
    this.#keep(rest)
  }

  #keep(part: Uint8Array): void {
    if (part.length === 0) return
    this.#begun.push(Buffer.from(part))
    this.#begunBytes += part.length
  }

  #complete(): Uint8Array {
    const line = Buffer.allocUnsafe(this.#begunBytes + 1)
    let at = 0
    for (const part of this.#begun) {
      line.set(part, at)
      at += part.length
    }
    line[at] = NEWLINE
    this.#begun = []
    this.#begunBytes = 0
    return line
  }
}
