// Lines on their way into the queue, in the three forms they come in. The policies see only this interface.

import type { Producer } from './producer.js'

/** One or more lines that are put into the queue together, in order. */
export interface Batch {
  readonly length: number
  /** Publishes the lines from `from` on that fit; returns how many. */
  pushTo(producer: Producer, from: number): number
  /** Bytes that line `at` takes in the queue, its '\n' included. */
  bytesOf(at: number): number
}

/** Lines of text, without their '\n'. */
export class TextBatch implements Batch {
  readonly length: number
  readonly #lines: readonly string[]

  constructor(lines: readonly string[]) {
    this.length = lines.length
    this.#lines = lines
  }

  pushTo(producer: Producer, from: number): number {
    return producer.push(this.#lines, from)
  }

  bytesOf(at: number): number {
    return Buffer.byteLength(this.#lines[at] ?? '') + 1
  }
}

/** One line of bytes, without its '\n'. */
export class BytesLine implements Batch {
  readonly length = 1
  readonly #line: Uint8Array

  constructor(line: Uint8Array) {
    this.#line = line
  }

  pushTo(producer: Producer): number {
    return producer.pushBytes(this.#line) ? 1 : 0
  }

  bytesOf(): number {
    return this.#line.length + 1
  }
}

/** Bytes that hold whole lines, each with its '\n'. */
export class ChunkBatch implements Batch {
  readonly length: number
  readonly #chunk: Uint8Array
  readonly #ends: Int32Array
  readonly #first: number

  /**
   * @param ends where in the chunk each line ends, its '\n' included
   * @param first the number of the first line that belongs to the batch
   */
  constructor(chunk: Uint8Array, ends: Int32Array, first = 0) {
    this.length = ends.length - first
    this.#chunk = chunk
    this.#ends = ends
    this.#first = first
  }

  pushTo(producer: Producer, from: number): number {
    return producer.pushLines(this.#chunk, this.#ends, this.#first + from)
  }

  bytesOf(at: number): number {
    const line = this.#first + at
    return (this.#ends[line] ?? 0) - (this.#ends[line - 1] ?? 0)
  }
}
