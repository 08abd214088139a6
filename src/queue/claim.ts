// What the consumer is writing at this moment, as a note in the queue's memory: the successor of a dead
// consumer, be it another thread or a later process, goes on from it. One claim at a time, one writer: the
// holder of the consumer's role.

import { CheckedNote } from './checked-note.js'
import type { Gap } from './drop-marker.js'
import type { Lane } from './lane.js'
import {
  C_BYTES,
  C_DONE,
  C_GAP_FROM,
  C_GAP_LINES,
  C_GAP_TO,
  C_HEAD,
  C_LANE,
  C_LINES,
  C_POSITION,
  C_SERIAL,
  C_SHOWN_AGAIN,
  C_SOURCE,
  C_START,
  C_WRITTEN,
  C_WRITTEN_BYTES,
  CLAIM_FROM_MARKER,
  CLAIM_FROM_RING,
  CLAIM_OFFSET,
  CLAIM_WORDS,
  L_WRITTEN,
  L_WRITTEN_BYTES,
} from './layout.js'

/**
 * Bytes taken out of the ring at once. Large enough that the cost of a system call does not matter, small
 * enough that a blocked producer gets room while the next piece is written.
 */
export const CLAIM_BYTES: number = 256 * 1024

/** Where the bytes of a claim lie: one of the CLAIM_FROM_ values of the layout. */
export type ClaimSource = number

/** Says where in the log a claim of so many bytes and lines will go. Asked before the claim is noted; may throw. */
export type Place = (bytes: number, lines: number) => number

export const atStart: Place = () => 0

const NO_GAP: Gap = { lines: 0, from: 0, to: 0 }

/** The note about the current claim. */
export class Claim {
  readonly #note: CheckedNote
  #nextPosition = 0

  constructor(buffer: ArrayBufferLike) {
    this.#note = new CheckedNote(buffer, CLAIM_OFFSET, CLAIM_WORDS)
  }

  /** True while a claim is not completely written. */
  get isOpen(): boolean {
    return this.#note.isSet
  }
  /** False if a bit of it is not as it was written. */
  get isSound(): boolean {
    return this.#note.isSound
  }
  /** The lane it was taken from; -1 if none is open. */
  get lane(): number {
    return this.isOpen ? this.#word(C_LANE) : -1
  }
  /** The lane's HEAD when it was taken. */
  get head(): number {
    return this.#word(C_HEAD)
  }
  get lines(): number {
    return this.#word(C_LINES)
  }
  get bytes(): number {
    return this.#word(C_BYTES)
  }
  /** How many of its bytes the sink has taken. */
  get done(): number {
    return this.#word(C_DONE)
  }
  get source(): ClaimSource {
    return this.#word(C_SOURCE)
  }
  get isFromRing(): boolean {
    return this.source === CLAIM_FROM_RING
  }
  /** Byte position in the lane at which its first line begins. */
  get start(): number {
    return this.#word(C_START)
  }
  /** Where in the log its next byte goes. */
  get position(): number {
    return this.#double(C_POSITION) + this.done
  }
  /** The lane's count of claims once this one has moved HEAD. */
  get serial(): number {
    return this.#word(C_SERIAL)
  }
  /** The lane's total of lines once this claim is written. */
  get written(): number {
    return this.#double(C_WRITTEN)
  }
  /** The lane's total of bytes once this claim is written. */
  get writtenBytes(): number {
    return this.#double(C_WRITTEN_BYTES)
  }

  /** Where in the log the next claim will go; set before it is opened. */
  aimAt(position: number): void {
    this.#nextPosition = position
  }

  /** What a drop marker says, if this is one. */
  get gap(): Gap {
    return {
      lines: this.#double(C_GAP_LINES),
      from: this.#double(C_GAP_FROM),
      to: this.#double(C_GAP_TO),
    }
  }

  /** What the lane's L_SHOWN_AGAIN is once this marker is written. */
  get shownAgain(): number {
    return this.#double(C_SHOWN_AGAIN)
  }

  /** Claims a drop marker of so many bytes before the line at `head`. */
  openMarker(lane: Lane, head: number, gap: Gap, shownAgain: number, bytes: number): void {
    this.open(lane, head, 0, bytes, CLAIM_FROM_MARKER, gap, shownAgain)
  }

  open(
    lane: Lane,
    head: number,
    lines: number,
    bytes: number,
    source: ClaimSource,
    gap: Gap = NO_GAP,
    shownAgain = 0,
  ): void {
    const { words, doubles } = this.#note.draft()
    words[C_LANE] = lane.index
    words[C_HEAD] = head
    words[C_LINES] = lines
    words[C_BYTES] = bytes
    words[C_DONE] = 0
    words[C_SOURCE] = source
    words[C_SERIAL] = lane.claimsAfter(1)
    words[C_START] = lane.startOf(head)
    doubles[C_POSITION] = this.#nextPosition
    // Totals, not amounts: a claim may be completed a second time, by the successor of a dead consumer.
    doubles[C_WRITTEN] = lane.total(L_WRITTEN) + lines
    doubles[C_WRITTEN_BYTES] = lane.total(L_WRITTEN_BYTES) + bytes
    doubles[C_GAP_LINES] = gap.lines
    doubles[C_GAP_FROM] = gap.from
    doubles[C_GAP_TO] = gap.to
    doubles[C_SHOWN_AGAIN] = shownAgain
    this.#note.publish()
  }

  /** The sink took more. True if it has all of it now. */
  advance(bytes: number): boolean {
    const done = this.done + bytes
    this.#note.draft().words[C_DONE] = done
    this.#note.publish() // a successor goes on from here
    return done === this.bytes
  }

  /** It is to be written again from byte `done` on, and that goes to `position` of the log. */
  restart(done: number, position: number): void {
    const { words, doubles } = this.#note.draft()
    words[C_DONE] = done
    doubles[C_POSITION] = position - done
    this.#note.publish()
  }

  close(): void {
    this.#note.clear()
  }

  #word(index: number): number {
    return this.#note.current.words[index] as number // the index is a constant of the layout
  }

  #double(index: number): number {
    return this.#note.current.doubles[index] as number // as above
  }
}
