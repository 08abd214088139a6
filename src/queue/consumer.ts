// The consumer's side of all lanes: runs on whatever thread holds the consumer's role, one at a time.
// It claims whole lines, hands out the bytes as they lie, and gives the room back when they are written.
// The claim itself is noted in the memory, so that whoever takes over from a dead consumer goes on with it.
//
// In place: bytes are written from the ring, HEAD moves with every line that is written.
// Copied: bytes and line ends move to the in-flight area, HEAD moves at once; a claim that a producer overtook
// (it dropped those very lines) is noticed by the failing compare-and-swap and made anew.

import { Claim } from './claim.js'
import { ClaimedLines } from './claimed-lines.js'
import { copyInto } from './copy.js'
import { Lane } from './lane.js'
import { freeLane } from './free-lane.js'
import {
  CLAIM_FROM_IN_FLIGHT,
  CLAIM_FROM_OVERFLOW,
  CLAIM_FROM_RING,
  H_LANES_USED,
  L_SYNCED,
  L_WRITTEN,
  L_WRITTEN_BYTES,
  PAGE_BYTES,
} from './layout.js'
import type { QueueMemory } from './memory.js'
import { Overflow, type OverflowLine } from './overflow.js'

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
  /** What is being written. */
  readonly current: Claim
  readonly #memory: QueueMemory
  readonly #header: Int32Array
  readonly #overflow: Overflow
  readonly #claimed: ClaimedLines
  readonly #lanes: Lane[] = []
  /** Up to which line each lane was seen; claims go no further until the next look. */
  readonly #seen: number[] = []
  /** Where each lane's HEAD was left by the last claim: if it is elsewhere now, lines were dropped. */
  readonly #left: number[] = []
  readonly #waiting: Waiting = { lines: 0, bytes: 0, lanes: 0 }
  #turn = 0

  constructor(memory: QueueMemory) {
    const { buffer } = memory
    this.current = new Claim(buffer)
    this.#memory = memory
    this.#header = new Int32Array(buffer, 0, PAGE_BYTES / 4)
    this.#overflow = new Overflow(memory)
    this.#claimed = new ClaimedLines(memory, this.current, this.#overflow, () => this.#claimedLane())
  }

  /** Looks at every lane: what is claimed from now on was published before this call. */
  look(): Waiting {
    const waiting = this.#waiting
    waiting.lines = 0
    waiting.bytes = 0
    waiting.lanes = 0
    for (let index = 0; index < Atomics.load(this.#header, H_LANES_USED); index++) {
      const lane = this.#lane(index)
      const { isLeft } = lane // before the tail: what its thread published before it left is seen
      const tail = lane.tail()
      const head = lane.head()
      this.#seen[index] = tail
      const lines = (tail - head) | 0
      if (lines > 0) {
        waiting.lines += lines
        waiting.bytes += (lane.startOf(tail) - lane.startOf(head)) | 0
        waiting.lanes++
        if (this.#overflow.waitingIn(index) !== null) waiting.bytes += this.#overflow.bytes
        if (isLeft) lane.stopFreeing() // a consumer died while it freed it: its thread may take it back again
      } else if (isLeft && this.current.lane !== index) {
        if (!freeLane(this.#memory, lane, this.#overflow)) index-- // look again: lines wait now
      }
    }
    return waiting
  }

  /**
   * Takes the next lines, whole ones and at most `maxBytes` unless a single line is longer, from the lane
   * whose turn it is. False when nothing is left of what was seen.
   * @param position where in the log the first byte will go, asked only if there is one; noted for whoever takes over
   */
  claim(maxBytes: number, position: () => number = () => 0, maxLines: number = ALL_LINES): boolean {
    for (let tried = 0; tried < this.#lanes.length; tried++) {
      const index = (this.#turn + tried) % this.#lanes.length
      if (this.#claimFrom(this.#lane(index), maxBytes, position, maxLines)) {
        this.#turn = index + 1
        return true
      }
    }
    return false
  }

  /** True while a claim is not completely written. */
  get hasClaim(): boolean {
    return this.current.isOpen
  }

  /** The bytes of the claim that are still to be written. */
  ranges(): Buffer[] {
    return this.#claimed.rest()
  }

  /** The bytes right before them, from the beginning of the line on that was interrupted. */
  piece(): Buffer[] {
    return this.#claimed.piece()
  }

  /** Notes that the sink took `bytes` more. Returns how many lines became whole in the log by that. */
  advance(bytes: number): number {
    return this.current.advance(bytes) ? this.#complete() : this.#countWhole()
  }

  /** Takes over a claim that a dead consumer left. False if there is none. */
  resume(): boolean {
    const { current } = this
    if (!current.isOpen) return false
    this.look()
    if (!this.#isClaimed()) {
      if (current.source === CLAIM_FROM_OVERFLOW) this.#overflow.unclaim(this.#claimedLane().head())
      current.close()
      return false
    }
    if (current.done === current.bytes) {
      this.#complete()
      return false
    }
    this.#countWhole()
    return true
  }

  /**
   * The rest of the claim goes to another place than was noted: to `position`, from the beginning of the line
   * on that was interrupted. For a log that was replaced or cut since.
   */
  restartLine(position: number): void {
    this.current.restart(this.#claimed.endOf(this.#claimed.wholeLines()), position)
  }

  /** Lines of the claim that no longer count as waiting. */
  get linesInFlight(): number {
    const { current } = this
    const isInFlight = current.isOpen && !current.isFromRing && this.#isClaimed()
    return isInFlight ? current.lines - this.#claimed.wholeLines() : 0
  }

  /** Everything written so far is on the disk. */
  noteSynced(): void {
    for (const lane of this.#lanes) lane.totals[L_SYNCED] = lane.total(L_WRITTEN)
  }

  /** A lane has room again for at least half of what it may hold. */
  hasRoom(index: number): boolean {
    return this.#lane(index).hasRoom()
  }

  #claimFrom(lane: Lane, maxBytes: number, position: () => number, maxLines: number): boolean {
    for (;;) {
      const head = lane.head()
      let lines = Math.min(((this.#seen[lane.index] ?? head) - head) | 0, maxLines)
      if (lines <= 0) return false
      this.current.aimAt(position())
      const oversized = this.#overflow.waitingIn(lane.index)
      if (oversized !== null) {
        const before = (oversized.line - head) | 0
        if (before === 0) {
          if (this.#claimOversized(lane, head, oversized)) return true
          continue
        }
        if (before > 0) lines = Math.min(lines, before)
      }
      lines = lane.linesWithin(head, lines, maxBytes)
      const bytes = (lane.startOf((head + lines) | 0) - lane.startOf(head)) | 0
      if (this.#claimed.inFlight === null) {
        this.current.open(lane, head, lines, bytes, CLAIM_FROM_RING)
        return true
      }
      if (this.#claimCopy(lane, head, lines, bytes)) return true
    }
  }

  #claimCopy(lane: Lane, head: number, lines: number, bytes: number): boolean {
    const { inFlightEnds } = this.#claimed
    const inFlight = this.#claimed.inFlight as Buffer
    // A producer that dropped these lines may have overwritten what we read: then nothing here is true.
    if (bytes <= 0 || bytes > lane.data.length) return false
    const prefix = this.#copyMarker(lane, head)
    let at = prefix
    for (const range of lane.rangesBetween(lane.startOf(head), bytes)) {
      copyInto(inFlight, at, range)
      at += range.length
    }
    const offset = prefix - lane.startOf(head)
    for (let n = 1; n <= lines; n++) inFlightEnds[n - 1] = (lane.startOf((head + n) | 0) + offset) | 0
    this.current.open(lane, head, lines, at, CLAIM_FROM_IN_FLIGHT, prefix)
    if (this.#moveHead(lane, head, lines)) return true
    this.current.close()
    return false
  }

  /** Where lines were dropped right before `head`, what tells so comes first. Returns its length. */
  #copyMarker(lane: Lane, head: number): number {
    if (this.#left[lane.index] === head) return 0
    const marker = lane.markers.readFor(head)
    if (marker === null) return 0
    copyInto(this.#claimed.inFlight as Buffer, 0, marker)
    return marker.length
  }

  #claimOversized(lane: Lane, head: number, oversized: OverflowLine): boolean {
    const prefix = this.#claimed.inFlight === null ? 0 : this.#copyMarker(lane, head)
    this.current.open(lane, head, 1, prefix + this.#overflow.bytes, CLAIM_FROM_OVERFLOW, prefix)
    if (this.#overflow.claim(oversized)) {
      if (this.#moveHead(lane, head, 1)) return true
      this.#overflow.release() // a producer dropped it first
    }
    this.current.close()
    return false
  }

  /** Takes the lines away from producers that want to drop them. In place, HEAD moves only at the end. */
  #moveHead(lane: Lane, head: number, lines: number): boolean {
    const newHead = (head + lines) | 0
    if (!lane.moveHead(head, newHead, true)) return false
    this.#left[lane.index] = newHead
    return true
  }

  /**
   * Whether the noted claim came about. A consumer that died between its note and the move of HEAD has claimed
   * nothing, also if a producer moved HEAD meanwhile by dropping those lines.
   */
  #isClaimed(): boolean {
    const { isFromRing, serial } = this.current
    return isFromRing || this.#claimedLane().claims() === serial
  }

  /** Counts the lines that the sink has taken whole; in place, gives their room back. Idempotent. */
  #countWhole(): number {
    const { lines, head, done, bytes, written, writtenBytes, isFromRing } = this.current
    const lane = this.#claimedLane()
    const whole = this.#claimed.wholeLines()
    const total = written - lines + whole
    const more = total - lane.total(L_WRITTEN)
    lane.totals[L_WRITTEN] = total
    lane.totals[L_WRITTEN_BYTES] = writtenBytes - bytes + done
    if (isFromRing) lane.moveHead(lane.head(), (head + whole) | 0, false)
    return more
  }

  #complete(): number {
    const more = this.#countWhole()
    if (this.current.source === CLAIM_FROM_OVERFLOW) this.#overflow.release()
    this.current.close()
    return more
  }

  #claimedLane(): Lane {
    return this.#lane(this.current.lane)
  }

  #lane(index: number): Lane {
    while (this.#lanes.length <= index) this.#lanes.push(new Lane(this.#memory, this.#lanes.length))
    return this.#lanes[index] as Lane
  }
}
