// What the consumer is writing at this moment, as a note in the queue's memory: whoever takes over from a dead
// consumer, be it another thread or a later process, goes on from it. One claim at a time, one writer: the
// holder of the consumer's role.

import type { Lane } from './lane.js'
import {
  CLAIM_FROM_RING,
  H_CLAIM_BYTES,
  H_CLAIM_DONE,
  H_CLAIM_HEAD,
  H_CLAIM_LANE,
  H_CLAIM_LINES,
  H_CLAIM_POSITION,
  H_CLAIM_PREFIX,
  H_CLAIM_SERIAL,
  H_CLAIM_SOURCE,
  H_CLAIM_WRITTEN,
  H_CLAIM_WRITTEN_BYTES,
  L_WRITTEN,
  L_WRITTEN_BYTES,
  PAGE_BYTES,
} from './layout.js'

/**
 * Bytes taken out of the ring at once. Large enough that the cost of a system call does not matter, small
 * enough that a blocked producer gets room while the next piece is written.
 */
export const CLAIM_BYTES: number = 256 * 1024

/** Where the bytes of a claim lie: one of the CLAIM_FROM_ values of the layout. */
export type ClaimSource = number

/** The note about the current claim. */
export class Claim {
  readonly #words: Int32Array
  readonly #doubles: Float64Array

  constructor(buffer: ArrayBufferLike) {
    this.#words = new Int32Array(buffer, 0, PAGE_BYTES / 4)
    this.#doubles = new Float64Array(buffer, 0, PAGE_BYTES / 8)
  }

  /** True while a claim is not completely written. */
  get isOpen(): boolean {
    return this.#word(H_CLAIM_LANE) !== 0
  }
  /** The lane it was taken from. */
  get lane(): number {
    return this.#word(H_CLAIM_LANE) - 1
  }
  /** The lane's HEAD when it was taken. */
  get head(): number {
    return this.#word(H_CLAIM_HEAD)
  }
  get lines(): number {
    return this.#word(H_CLAIM_LINES)
  }
  get bytes(): number {
    return this.#word(H_CLAIM_BYTES)
  }
  /** How many of its bytes come before its first line: a drop marker. */
  get prefix(): number {
    return this.#word(H_CLAIM_PREFIX)
  }
  /** How many of its bytes the sink has taken. */
  get done(): number {
    return this.#word(H_CLAIM_DONE)
  }
  get source(): ClaimSource {
    return this.#word(H_CLAIM_SOURCE)
  }
  get isFromRing(): boolean {
    return this.source === CLAIM_FROM_RING
  }
  /** Where in the log its next byte goes. */
  get position(): number {
    return (this.#doubles[H_CLAIM_POSITION] ?? 0) + this.done
  }

  /** Where in the log the next claim will go; set before it is opened. */
  aimAt(position: number): void {
    this.#doubles[H_CLAIM_POSITION] = position
  }

  /** The lane's count of claims once this one has moved HEAD. */
  get serial(): number {
    return this.#word(H_CLAIM_SERIAL)
  }
  /** The lane's total of lines once this claim is written. */
  get written(): number {
    return this.#doubles[H_CLAIM_WRITTEN] ?? 0
  }
  /** The lane's total of bytes once this claim is written. */
  get writtenBytes(): number {
    return this.#doubles[H_CLAIM_WRITTEN_BYTES] ?? 0
  }

  open(lane: Lane, head: number, lines: number, bytes: number, source: ClaimSource, prefix = 0): void {
    // Totals, not amounts: whoever completes the claim of a dead consumer may do so a second time.
    this.#doubles[H_CLAIM_WRITTEN] = lane.total(L_WRITTEN) + lines
    this.#doubles[H_CLAIM_WRITTEN_BYTES] = lane.total(L_WRITTEN_BYTES) + bytes
    Atomics.store(this.#words, H_CLAIM_SERIAL, (lane.claims() + 1) | 0)
    Atomics.store(this.#words, H_CLAIM_HEAD, head)
    Atomics.store(this.#words, H_CLAIM_LINES, lines)
    Atomics.store(this.#words, H_CLAIM_BYTES, bytes)
    Atomics.store(this.#words, H_CLAIM_PREFIX, prefix)
    Atomics.store(this.#words, H_CLAIM_DONE, 0)
    Atomics.store(this.#words, H_CLAIM_SOURCE, source)
    Atomics.store(this.#words, H_CLAIM_LANE, lane.index + 1) // publishes the note
  }

  /** The sink took more. True if it has all of it now. */
  advance(bytes: number): boolean {
    const done = this.done + bytes
    Atomics.store(this.#words, H_CLAIM_DONE, done) // whoever takes over goes on from here
    return done === this.bytes
  }

  /** It is to be written again from byte `done` on, and that goes to `position` of the log. */
  restart(done: number, position: number): void {
    this.aimAt(position - done)
    Atomics.store(this.#words, H_CLAIM_DONE, done)
  }

  close(): void {
    Atomics.store(this.#words, H_CLAIM_LANE, 0)
  }

  #word(index: number): number {
    return Atomics.load(this.#words, index)
  }
}
