// The consumer's side of all lanes: runs on whatever thread holds the consumer's role, one at a time.
// It claims whole lines, hands out the bytes as they lie, and gives the room back when they are written.
// The claim itself is noted in the memory, so that the successor of a dead consumer continues it.
//
// In place: bytes are written from the ring, HEAD moves with every line that is written.
// Copied: bytes and line ends move to the in-flight area, HEAD moves at once; a claim that a producer overtook
// (it dropped those very lines) is noticed by the failing compare-and-swap and made again.

import { atStart, Claim, type Place } from './claim.js'
import { ClaimedLines } from './claimed-lines.js'
import { copyInto } from './copy.js'
import { formatMarker } from './drop-marker.js'
import { Lane } from './lane.js'
import { freeLane } from './free-lane.js'
import {
  CLAIM_FROM_IN_FLIGHT,
  CLAIM_FROM_MARKER,
  CLAIM_FROM_OVERFLOW,
  CLAIM_FROM_RING,
  H_LANES_USED,
  L_CLAIMED,
  L_GAP_LINES,
  L_SYNCED,
  L_TO_SHOW_AGAIN,
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
        const left = freeLane(lane, this.#overflow, () => this.#lastGap(lane))
        if (left === 'lines') index-- // look again
        if (left === 'gap') waiting.lines++ // its marker is one more thing to write
      }
    }
    return waiting
  }

  /** True if lines were published since the last look. */
  get hasNews(): boolean {
    if (Atomics.load(this.#header, H_LANES_USED) !== this.#lanes.length) return true
    return this.#lanes.some((lane, index) => lane.tail() !== this.#seen[index])
  }

  /**
   * Takes the next lines, whole ones and at most `maxBytes` unless a single line is longer, from the lane
   * whose turn it is. False when nothing is left of what was seen.
   * @param place asked before anything is noted; may throw, and then nothing is claimed
   */
  claim(maxBytes: number, place: Place = atStart, maxLines: number = ALL_LINES): boolean {
    for (let tried = 0; tried < this.#lanes.length; tried++) {
      const index = (this.#turn + tried) % this.#lanes.length
      if (this.#claimFrom(this.#lane(index), maxBytes, place, maxLines)) {
        // The line behind a marker comes next.
        if (this.current.source !== CLAIM_FROM_MARKER) this.#turn = index + 1
        return true
      }
    }
    return this.claimLastGap(place, (lane) => lane.isFreeing)
  }

  /**
   * Takes the marker of a gap at the end of a drained lane: lines were dropped, and none came after them. False if
   * there is no such gap. For lanes into which nobody sends any more.
   */
  claimLastGap(place: Place, lanes: (lane: Lane) => boolean = () => true): boolean {
    if (this.#claimed.marker === null) return false
    for (let index = 0; index < Atomics.load(this.#header, H_LANES_USED); index++) {
      const lane = this.#lane(index)
      if (lane.waitingLines() > 0 || !lanes(lane)) continue
      if (this.#claimMarker(lane, lane.head(), place, lane.total(L_GAP_LINES))) return true
    }
    return false
  }

  /** Lines that were dropped after the last line of a drained lane. */
  #lastGap(lane: Lane): number {
    if (this.#claimed.marker === null) return 0
    return lane.total(L_GAP_LINES) + (this.#isCopied ? lane.droppedBefore(lane.head()) : 0)
  }

  get #isCopied(): boolean {
    return this.#claimed.inFlight !== null
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
    const { source, head, lines } = current
    if (!this.#isClaimed()) {
      if (source === CLAIM_FROM_OVERFLOW) this.#overflow.unclaim(this.#claimedLane().head())
      current.close()
      return false
    }
    // The claim moved HEAD; the consumer that did so may have died before it noted where to.
    if (source !== CLAIM_FROM_MARKER) this.#claimedLane().words[L_CLAIMED] = head + lines
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

  #claimFrom(lane: Lane, maxBytes: number, place: Place, maxLines: number): boolean {
    for (;;) {
      const head = lane.head()
      let lines = Math.min(((this.#seen[lane.index] ?? head) - head) | 0, maxLines)
      if (lines <= 0) return false
      if (this.#isCopied && this.#claimMarker(lane, head, place)) return true
      const oversized = this.#overflow.waitingIn(lane.index)
      if (oversized !== null) {
        const before = (oversized.line - head) | 0
        if (before === 0) {
          if (this.#claimOversized(lane, head, oversized, place)) return true
          continue
        }
        if (before > 0) lines = Math.min(lines, before)
      }
      lines = lane.linesWithin(head, lines, maxBytes)
      const bytes = (lane.startOf((head + lines) | 0) - lane.startOf(head)) | 0
      if (!this.#isCopied) {
        this.current.aimAt(place(bytes, lines))
        this.current.open(lane, head, lines, bytes, CLAIM_FROM_RING)
        return true
      }
      if (this.#claimCopy(lane, head, lines, bytes, place)) return true
    }
  }

  #claimCopy(lane: Lane, head: number, lines: number, bytes: number, place: Place): boolean {
    const { inFlightEnds } = this.#claimed
    const inFlight = this.#claimed.inFlight as Buffer
    // A producer that dropped these lines may have overwritten what we read: then nothing here is true.
    if (bytes <= 0 || bytes > lane.data.length) return false
    let at = 0
    for (const range of lane.rangesBetween(lane.startOf(head), bytes)) {
      copyInto(inFlight, at, range)
      at += range.length
    }
    const start = lane.startOf(head)
    for (let n = 1; n <= lines; n++) inFlightEnds[n - 1] = (lane.startOf((head + n) | 0) - start) | 0
    this.current.aimAt(place(at, lines))
    this.current.open(lane, head, lines, at, CLAIM_FROM_IN_FLIGHT)
    if (lane.claimTo(head, (head + lines) | 0)) return true
    this.current.close()
    return false
  }

  /**
   * Where lines were dropped, the log says so. False if none were, or the writer has no dropMarker.
   * @param refused lines that were refused behind the last one
   */
  #claimMarker(lane: Lane, head: number, place: Place, refused = 0): boolean {
    const { marker } = this.#claimed
    const shownAgain = lane.total(L_TO_SHOW_AGAIN) // read once: more may be dropped at any moment
    const lines = refused + (this.#isCopied ? lane.droppedBefore(head, shownAgain) : 0)
    if (marker === null || lines <= 0) return false
    const gap = lane.gapOf(lines)
    const { length } = formatMarker(marker, gap)
    this.current.aimAt(place(length, 1))
    this.current.openMarker(lane, head, gap, shownAgain, length)
    return true
  }

  #claimOversized(lane: Lane, head: number, oversized: OverflowLine, place: Place): boolean {
    this.current.aimAt(place(this.#overflow.bytes, 1))
    this.current.open(lane, head, 1, this.#overflow.bytes, CLAIM_FROM_OVERFLOW)
    if (this.#overflow.claim(oversized)) {
      if (lane.claimTo(head, (head + 1) | 0)) return true
      this.#overflow.release() // a producer dropped it first
    }
    this.current.close()
    return false
  }

  /**
   * Whether the noted claim came about. A consumer that died between its note and the move of HEAD has claimed
   * nothing, also if a producer moved HEAD meanwhile by dropping those lines.
   */
  #isClaimed(): boolean {
    const { source, serial } = this.current
    if (source === CLAIM_FROM_RING || source === CLAIM_FROM_MARKER) return true
    return this.#claimedLane().claims() === serial
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
    if (isFromRing) lane.moveHead((head + whole) | 0)
    return more
  }

  #complete(): number {
    const { source, head, shownAgain } = this.current
    const more = this.#countWhole()
    if (source === CLAIM_FROM_OVERFLOW) this.#overflow.release()
    if (source === CLAIM_FROM_MARKER) this.#claimedLane().showGap(head, shownAgain)
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
