// Prints one file after the other, as one stream of lines.

import type { Output } from '../output.js'

const NEWLINE = 10

/** Writes what files hold. */
export class Printer {
  readonly #output: Output
  #lastByte = NEWLINE

  constructor(output: Output) {
    this.#output = output
  }

  /** Prints to the end, or until nobody reads any more. A file that ends within a line does not join it to the next one. */
  async print(pieces: AsyncIterable<Buffer>): Promise<void> {
    let isFirst = true
    for await (const piece of pieces) {
      if (isFirst && this.#lastByte !== NEWLINE) await this.#output.write(Buffer.of(NEWLINE))
      isFirst = false
      await this.#output.write(piece)
      if (this.#output.isGone) return
      this.#lastByte = piece.at(-1) ?? this.#lastByte
    }
  }
}
