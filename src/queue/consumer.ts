// The consumer's side of all lanes: runs on whatever thread holds the consumer's role, one at a time.
// It claims whole lines, hands out the bytes as they lie, and gives the room back when they are written.
// The claim itself is noted in the memory, so that whoever takes over from a dead consumer goes on with it.
//
// In place: bytes are written from the ring, HEAD moves when they are written.
// Copied: bytes move to the in-flight area, HEAD moves at once; a claim that a producer overtook
// (it dropped those very lines) is noticed by the failing compare-and-swap and made anew.

import { copyInto } from './copy.js'
import { Lane } from './lane.js'
import {
  CLAIM_FROM_IN_FLIGHT,
  CLAIM_FROM_OVERFLOW,
  CLAIM_FROM_RING,
  H_CLAIM_BYTES,
  H_CLAIM_DONE,
  H_CLAIM_HEAD,
  H_CLAIM_LANE,
  H_CLAIM_LINES,
  H_CLAIM_POSITION,
  H_CLAIM_SOURCE,
  H_LANES_USED,
  inFlightOffset,
  L_DROPPED,
  L_ENQUEUED,
  L_HEAD,
  L_STATE,
  L_THREAD,
  L_WRITTEN,
  L_WRITTEN_BYTES,
  LANE_FREE,
  LANE_LEFT,
  PAGE_BYTES,
} from './layout.js'
import type { QueueMemory } from './memory.js'
import { Overflow } from './overflow.js'

/** More lines than any lane can hold. */
const ALL_LINES = 0x7fffffff

/** What {@link Consumer.look} saw waiting, over all lanes. */
export interface Waiting {
  lines: number
  bytes: number
  /** Lanes with at least one line. */
  lanes: number
}

/** Takes lines out of all lanes of a queue. */
export class Consumer {
  readonly #memory: QueueMemory
  readonly #header: Int32Array
  readonly #headerDoubles: Float64Array
  readonly #overflow: Overflow
  readonly #inFlight: Buffer | null
  readonly #lanes: Lane[] = []
  /** Up to which line each lane was seen; claims go no further until the next look. */
  readonly #seen: number[] = []
  readonly #waiting: Waiting = { lines: 0, bytes: 0, lanes: 0 }
  #turn = 0

  constructor(memory: QueueMemory) {
    const { buffer, geometry } = memory
    this.#memory = memory
    this.#header = new Int32Array(buffer, 0, PAGE_BYTES / 4)
    this.#headerDoubles = new Float64Array(buffer, 0, PAGE_BYTES / 8)
    this.#overflow = new Overflow(memory)
    this.#inFlight = geometry.copiedClaims
      ? Buffer.from(buffer, inFlightOffset(geometry), geometry.dataCapacity)
      : null
  }

  /** Looks at every lane: what is claimed from now on was published before this call. */
  look(): Waiting {
    const waiting = this.#waiting
    waiting.lines = 0
    waiting.bytes = 0
    waiting.lanes = 0
    for (let index = 0; index < Atomics.load(this.#header, H_LANES_USED); index++) {
      const lane = this.#lane(index)
      const left = Atomics.load(lane.words, L_STATE) === LANE_LEFT // before the tail: it is final then
      const tail = lane.tail()
      const head = lane.head()
      this.#seen[index] = tail
      const lines = (tail - head) | 0
      if (lines > 0) {
        waiting.lines += lines
        waiting.bytes += (lane.startOf(tail) - lane.startOf(head)) | 0
        waiting.lanes++
        if (this.#overflow.waitingLine(index) !== null) waiting.bytes += this.#overflow.bytes
      } else if (left) {
        this.#free(lane)
      }
    }
    return waiting
  }

  /**
   * Takes the next lines, whole ones and at most `maxBytes` unless a single line is longer, from the lane
   * whose turn it is. False when nothing is left of what was seen.
   * @param position where in the log the first byte will go; noted for whoever takes over
   */
  claim(maxBytes: number, position: number = 0, maxLines: number = ALL_LINES): boolean {
    // Only the holder of the role claims, and it has no other claim now: the note is still nobody's.
    this.#headerDoubles[H_CLAIM_POSITION] = position
    for (let tried = 0; tried < this.#lanes.length; tried++) {
      const index = (this.#turn + tried) % this.#lanes.length
      if (this.#claimFrom(this.#lane(index), maxBytes, maxLines)) {
        this.#turn = index + 1
        return true
      }
    }
    return false
  }

  /** True while a claim is not completely written. */
  get hasClaim(): boolean {
    return Atomics.load(this.#header, H_CLAIM_LANE) !== 0
  }

  /** Where in the log the claim's next byte was to go. */
  get position(): number {
    return (this.#headerDoubles[H_CLAIM_POSITION] ?? 0) + this.#word(H_CLAIM_DONE)
  }

  /** The bytes of the claim that are still to be written. */
  ranges(): Buffer[] {
    const done = this.#word(H_CLAIM_DONE)
    const bytes = this.#word(H_CLAIM_BYTES) - done
    const source = this.#word(H_CLAIM_SOURCE)
    if (source === CLAIM_FROM_OVERFLOW) return [this.#overflow.contents().subarray(done)]
    if (source === CLAIM_FROM_IN_FLIGHT) return [(this.#inFlight as Buffer).subarray(done, done + bytes)]
    const lane = this.#claimedLane()
    return lane.rangesBetween((lane.startOf(this.#word(H_CLAIM_HEAD)) + done) | 0, bytes)
  }

  /** Notes that the sink took `bytes` more. Returns the lines of the claim when it is complete, else 0. */
  advance(bytes: number): number {
    const done = this.#word(H_CLAIM_DONE) + bytes
    Atomics.store(this.#header, H_CLAIM_DONE, done) // whoever takes over goes on from here
    return done === this.#word(H_CLAIM_BYTES) ? this.#complete() : 0
  }

  /** Takes over a claim that a dead consumer left. False if there is none. */
  resume(): boolean {
    if (!this.hasClaim) return false
    this.look()
    const lane = this.#claimedLane()
    const source = this.#word(H_CLAIM_SOURCE)
    if (source !== CLAIM_FROM_RING && lane.head() === this.#word(H_CLAIM_HEAD)) {
      // It died between the note and the move of HEAD: the lines still wait in their lane.
      if (source === CLAIM_FROM_OVERFLOW) this.#overflow.unclaim()
      Atomics.store(this.#header, H_CLAIM_LANE, 0)
      return false
    }
    if (this.#word(H_CLAIM_DONE) === this.#word(H_CLAIM_BYTES)) {
      this.#complete()
      return false
    }
    return true
  }

  /** The lane of the current claim has room again for at least half of what it may hold. */
  hasRoom(lane: number): boolean {
    const { lineLimit, byteLimit } = this.#memory.geometry
    const { waitingLines, waitingBytes } = this.#waitingIn(this.#lane(lane))
    return waitingLines * 2 <= lineLimit && waitingBytes * 2 <= byteLimit
  }

  /** Which lane the claim is from. */
  get claimedLane(): number {
    return this.#word(H_CLAIM_LANE) - 1
  }

  #claimFrom(lane: Lane, maxBytes: number, maxLines: number): boolean {
    for (;;) {
      const head = lane.head()
      let lines = Math.min(((this.#seen[lane.index] ?? head) - head) | 0, maxLines)
      if (lines <= 0) return false
      const oversized = this.#overflow.waitingLine(lane.index)
      if (oversized !== null) {
        const before = (oversized - head) | 0
        if (before === 0) {
          if (this.#claimOversized(lane, head)) return true
          continue
        }
        if (before > 0) lines = Math.min(lines, before)
      }
      const start = lane.startOf(head)
      lines = linesWithin(lane, head, lines, maxBytes)
      const bytes = (lane.startOf((head + lines) | 0) - start) | 0
      if (this.#inFlight === null) {
        this.#note(lane, head, lines, bytes, CLAIM_FROM_RING)
        return true
      }
      if (this.#claimCopy(lane, head, lines, bytes)) return true
    }
  }

  #claimCopy(lane: Lane, head: number, lines: number, bytes: number): boolean {
    const inFlight = this.#inFlight as Buffer
    // A producer that dropped these lines may have overwritten what we read: then nothing here is true.
    if (bytes <= 0 || bytes > inFlight.length) return false
    const [first, second] = lane.rangesBetween(lane.startOf(head), bytes)
    if (first !== undefined) copyInto(inFlight, 0, first)
    if (first !== undefined && second !== undefined) copyInto(inFlight, first.length, second)
    this.#note(lane, head, lines, bytes, CLAIM_FROM_IN_FLIGHT)
    if (this.#moveHead(lane, head, lines)) return true
    Atomics.store(this.#header, H_CLAIM_LANE, 0)
    return false
  }

  #claimOversized(lane: Lane, head: number): boolean {
    this.#note(lane, head, 1, this.#overflow.bytes, CLAIM_FROM_OVERFLOW)
    if (this.#overflow.claim()) {
      if (this.#moveHead(lane, head, 1)) return true
      this.#overflow.release() // a producer dropped it first
    }
    Atomics.store(this.#header, H_CLAIM_LANE, 0)
    return false
  }

  /** Takes the lines away from producers that want to drop them. In place, HEAD moves only at the end. */
  #moveHead(lane: Lane, head: number, lines: number): boolean {
    return Atomics.compareExchange(lane.words, L_HEAD, head, (head + lines) | 0) === head
  }

  #note(lane: Lane, head: number, lines: number, bytes: number, source: number): void {
    const header = this.#header
    Atomics.store(header, H_CLAIM_HEAD, head)
    Atomics.store(header, H_CLAIM_LINES, lines)
    Atomics.store(header, H_CLAIM_BYTES, bytes)
    Atomics.store(header, H_CLAIM_DONE, 0)
    Atomics.store(header, H_CLAIM_SOURCE, source)
    Atomics.store(header, H_CLAIM_LANE, lane.index + 1) // publishes the note
  }

  #complete(): number {
    const lane = this.#claimedLane()
    const lines = this.#word(H_CLAIM_LINES)
    const source = this.#word(H_CLAIM_SOURCE)
    lane.addTo(L_WRITTEN, lines)
    lane.addTo(L_WRITTEN_BYTES, this.#word(H_CLAIM_BYTES))
    if (source === CLAIM_FROM_OVERFLOW) this.#overflow.release()
    // In place, this gives the room back to the producer.
    if (source === CLAIM_FROM_RING) {
      Atomics.store(lane.words, L_HEAD, (this.#word(H_CLAIM_HEAD) + lines) | 0)
    }
    Atomics.store(this.#header, H_CLAIM_LANE, 0)
    return lines
  }

  /** Sets a drained lane free whose producer is gone, and settles its account. */
  #free(lane: Lane): void {
    this.#overflow.abandon(lane.index)
    // A thread that was terminated between two stores may leave lines that were counted but never published.
    const open = lane.total(L_ENQUEUED) - lane.total(L_WRITTEN) - lane.total(L_DROPPED)
    if (open !== 0) lane.addTo(L_DROPPED, open)
    Atomics.store(lane.words, L_THREAD, 0)
    Atomics.store(lane.words, L_STATE, LANE_FREE) // from here on another thread may take it
  }

  #waitingIn(lane: Lane): { waitingLines: number; waitingBytes: number } {
    const tail = lane.tail()
    const head = lane.head()
    return { waitingLines: (tail - head) | 0, waitingBytes: (lane.startOf(tail) - lane.startOf(head)) | 0 }
  }

  #claimedLane(): Lane {
    return this.#lane(this.claimedLane)
  }

  #lane(index: number): Lane {
    while (this.#lanes.length <= index) this.#lanes.push(new Lane(this.#memory, this.#lanes.length))
    return this.#lanes[index] as Lane
  }

  #word(index: number): number {
    return Atomics.load(this.#header, index)
  }
}

/** The largest number of lines from `head` on, up to `lines` and at least one, that `maxBytes` hold. */
function linesWithin(lane: Lane, head: number, lines: number, maxBytes: number): number {
  const start = lane.startOf(head)
  const bytesOf = (count: number): number => (lane.startOf((head + count) | 0) - start) | 0
  if (bytesOf(lines) <= maxBytes) return lines
  let fits = 1
  let tooMany = lines
  while (tooMany - fits > 1) {
    const middle = (fits + tooMany) >>> 1
    if (bytesOf(middle) <= maxBytes) fits = middle
    else tooMany = middle
  }
  return fits
}
