// One lane: typed views over its part of the queue's memory, and the few sums both sides need.
// Holds no state of its own; any number of threads may have one.

import { laneBytes, laneOffset, type Geometry } from './geometry.js'
import {
  L_CLAIMED,
  L_GAP_LINES,
  L_CLAIMS,
  L_DROPPED,
  L_GAP_FROM,
  L_GAP_TO,
  L_HEAD,
  L_PUTTING,
  L_SHOWN_AGAIN,
  L_STATE,
  L_TAIL,
  L_THREAD,
  L_TO_SHOW_AGAIN,
  LANE_FREE,
  LANE_FREEING,
  LANE_HEADER_BYTES,
  LANE_LEFT,
  LANE_TAKEN,
} from './layout.js'
import { checksum } from './checked-note.js'
import { copyInto } from './copy.js'
import type { Gap } from './drop-marker.js'
import type { QueueMemory } from './memory.js'

/** What L_THREAD and L_STATE are together; 0 = no thread. */
const holderOf = (state: number, thread: number): bigint =>
  (BigInt(state) << 32n) | BigInt.asUintN(32, BigInt(thread))
const FREE: bigint = holderOf(LANE_FREE, 0)

/** L_CLAIMS without its checksum. */
export const CLAIMS_MASK = 0xffff

/** What stands above HEAD in its 64-bit word: the count of claims and a checksum of both. Of all zeros it is zero. */
export function claimsWord(head: number, claims: number): number {
  return (checksum([head, claims]) & ~CLAIMS_MASK) | claims
}

const headOf = (word: bigint): number => Number(BigInt.asIntN(32, word))
const claimsOf = (word: bigint): number => Number(word >> 32n) & CLAIMS_MASK
const headWord = (head: number, claims: number): bigint =>
  BigInt.asIntN(64, (BigInt(claimsWord(head, claims)) << 32n) | BigInt.asUintN(32, BigInt(head)))

/** Views over one single-producer ring. */
export class Lane {
  readonly index: number
  readonly geometry: Geometry
  /** The lane's header as 32-bit words (`L_...`). */
  readonly words: Int32Array
  /** The lane's header as doubles (`L_ENQUEUED`, ...). */
  readonly totals: Float64Array
  /** Byte position at which line n ends, at `n & lineMask`. */
  readonly ends: Int32Array
  readonly data: Buffer
  /** HEAD and, above it, L_CLAIMS. */
  readonly #headAndClaims: BigInt64Array
  /** L_THREAD and, above it, L_STATE. */
  readonly #holder: BigInt64Array
  readonly lineMask: number
  readonly dataMask: number

  constructor(memory: QueueMemory, index: number) {
    const { geometry } = memory
    const { buffer, byteOffset: start } = memory.part(laneOffset(geometry, index), laneBytes(geometry))
    const ends = start + LANE_HEADER_BYTES
    this.index = index
    this.geometry = geometry
    this.words = new Int32Array(buffer, start, LANE_HEADER_BYTES / 4)
    this.totals = new Float64Array(buffer, start, LANE_HEADER_BYTES / 8)
    this.ends = new Int32Array(buffer, ends, geometry.lineCapacity)
    this.data = Buffer.from(buffer, ends + geometry.lineCapacity * 4, geometry.dataCapacity)
    this.#headAndClaims = new BigInt64Array(buffer, start + L_HEAD * 4, 1)
    this.#holder = new BigInt64Array(buffer, start + L_THREAD * 4, 1)
    this.lineMask = geometry.lineCapacity - 1
    this.dataMask = geometry.dataCapacity - 1
  }

  /** Takes the lane for a thread if it is free. A thread that dies at any step holds it wholly or not at all. */
  take(thread: number): boolean {
    return this.#changeHolder(FREE, holderOf(LANE_TAKEN, thread))
  }

  /** The thread that left the lane goes on with it. False if that was another one, or the consumer sets it free. */
  takeBack(thread: number): boolean {
    return this.#changeHolder(holderOf(LANE_LEFT, thread), holderOf(LANE_TAKEN, thread))
  }

  /** Its thread puts nothing more into it. */
  leave(): void {
    Atomics.compareExchange(this.words, L_STATE, LANE_TAKEN, LANE_LEFT)
  }

  /** As {@link leave} for a dead thread. It is forgotten: a new one with its id must not go on amid what it did. */
  leaveFor(dead: number): void {
    this.#changeHolder(holderOf(LANE_TAKEN, dead), holderOf(LANE_LEFT, 0))
  }

  /** Left, and not yet set free. */
  get isLeft(): boolean {
    const state = Atomics.load(this.words, L_STATE)
    return state === LANE_LEFT || state === LANE_FREEING
  }

  /** Left, and its thread cannot take it back any more. */
  get isFreeing(): boolean {
    return Atomics.load(this.words, L_STATE) === LANE_FREEING
  }

  /** As {@link isLeft}, by this thread. */
  isLeftBy(thread: number): boolean {
    const holder = Atomics.load(this.#holder, 0)
    return holder === holderOf(LANE_LEFT, thread) || holder === holderOf(LANE_FREEING, thread)
  }

  /** Consumer: from here on its thread cannot take it back, and TAIL is final. False if it has taken it already. */
  beginFreeing(): boolean {
    const holder = Atomics.load(this.#holder, 0)
    const thread = Number(BigInt.asIntN(32, holder))
    if (holder === holderOf(LANE_FREEING, thread)) return true // begun by a consumer that died
    if (holder !== holderOf(LANE_LEFT, thread)) return false
    return this.#changeHolder(holder, holderOf(LANE_FREEING, thread))
  }

  /** Consumer: not yet, there are lines in it. */
  stopFreeing(): void {
    Atomics.compareExchange(this.words, L_STATE, LANE_FREEING, LANE_LEFT)
  }

  /** Consumer, after {@link beginFreeing}: from here on another thread may take it. */
  free(): void {
    Atomics.store(this.#holder, 0, FREE)
  }

  #changeHolder(from: bigint, to: bigint): boolean {
    return Atomics.compareExchange(this.#holder, 0, from, to) === from
  }

  /**
   * Producer: set before it looks whether the queue still takes lines, taken back when what it puts is published:
   * the thread that stopped the queue waits for it, see {@link awaitPutters}.
   */
  setPutting(isPutting: boolean): void {
    Atomics.store(this.words, L_PUTTING, isPutting ? 1 : 0)
  }

  /** Producer: {@link tail} as it left it itself. */
  get ownTail(): number {
    return this.words[L_TAIL] as number
  }

  /** Observes which lines the producer has published. */
  tail(): number {
    return Atomics.load(this.words, L_TAIL)
  }

  /** Observes up to which line the room is free again. */
  head(): number {
    return Atomics.load(this.words, L_HEAD)
  }

  /** How many claims have moved HEAD, modulo 65,536. */
  claims(): number {
    return Atomics.load(this.words, L_CLAIMS) & CLAIMS_MASK
  }

  /** What {@link claims} is after so many more. */
  claimsAfter(more: number): number {
    return (this.claims() + more) & CLAIMS_MASK
  }

  /** Consumer: moves HEAD over lines that it has written. */
  moveHead(to: number): void {
    Atomics.store(this.#headAndClaims, 0, headWord(to, this.claims())) // gives the room back to the producer
  }

  /** Consumer: moves HEAD and counts the claim, if HEAD is still at `from`. Takes the lines away from the producer. */
  claimTo(from: number, to: number): boolean {
    const before = Atomics.load(this.#headAndClaims, 0)
    if (headOf(before) !== from) return false
    const after = headWord(to, (claimsOf(before) + 1) & CLAIMS_MASK)
    if (Atomics.compareExchange(this.#headAndClaims, 0, before, after) !== before) return false
    this.words[L_CLAIMED] = to
    return true
  }

  /**
   * Producer: moves HEAD over lines that are dropped and counts them, if HEAD is still at `from`.
   * @param toShowAgain what the markers among them showed
   */
  dropTo(from: number, to: number, toShowAgain: number): boolean {
    const before = Atomics.load(this.#headAndClaims, 0)
    if (headOf(before) !== from) return false
    const { totals } = this
    const dropped = this.total(L_DROPPED) + ((to - from) | 0)
    const again = this.total(L_TO_SHOW_AGAIN) + toShowAgain
    const after = headWord(to, claimsOf(before))
    // No call comes between the two: no exception can leave dropped lines uncounted.
    if (Atomics.compareExchange(this.#headAndClaims, 0, before, after) !== before) return false
    totals[L_DROPPED] = dropped
    totals[L_TO_SHOW_AGAIN] = again
    return true
  }

  /** Lines that were dropped between the last claim and `head`, where claims are copied; each marker among them counts. */
  droppedBefore(head: number, toShowAgain: number = this.total(L_TO_SHOW_AGAIN)): number {
    const lines = (head - (this.words[L_CLAIMED] as number)) | 0
    return lines + toShowAgain - this.total(L_SHOWN_AGAIN)
  }

  /** The gap whose lines the caller knows; its times are in the lane. */
  gapOf(lines: number): Gap {
    return { lines, from: this.total(L_GAP_FROM), to: this.total(L_GAP_TO) }
  }

  /** Byte position at which the lines before `line` end. */
  startOf(line: number): number {
    // The index is masked, so it is always inside; `| 0` satisfies the compiler and costs nothing.
    return (this.ends[(line - 1) & this.lineMask] as number) | 0
  }

  /** The largest number of lines from `head` on, up to `lines` and at least one, that `maxBytes` hold. */
  linesWithin(head: number, lines: number, maxBytes: number): number {
    const start = this.startOf(head)
    const bytesOf = (count: number): number => (this.startOf((head + count) | 0) - start) | 0
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

  waitingLines(): number {
    return (this.tail() - this.head()) | 0
  }

  /** True if at least half of what it may hold is free. */
  hasRoom(): boolean {
    const { lineLimit, byteLimit } = this.geometry
    const tail = this.tail()
    const head = this.head()
    const lines = (tail - head) | 0
    const bytes = (this.startOf(tail) - this.startOf(head)) | 0
    return lines * 2 <= lineLimit && bytes * 2 <= byteLimit
  }

  /** Consumer: the log shows the gap before line `head` now. */
  showGap(head: number, shownAgain: number): void {
    this.words[L_CLAIMED] = head
    this.totals[L_SHOWN_AGAIN] = shownAgain
    if (this.tail() === head) this.totals[L_GAP_LINES] = 0
  }

  /** Adds to one of the totals. Each total has one writer, so no atomic operation is needed. */
  addTo(total: number, amount: number): void {
    this.totals[total] = this.total(total) + amount
  }

  total(index: number): number {
    return this.totals[index] ?? 0
  }

  /** The bytes between two positions: two ranges where they cross the end of the ring. */
  rangesBetween(from: number, bytes: number): Buffer[] {
    const offset = from & this.dataMask
    const atEnd = this.data.length - offset
    if (bytes <= atEnd) return [this.data.subarray(offset, offset + bytes)]
    return [this.data.subarray(offset), this.data.subarray(0, bytes - atEnd)]
  }

  /** Producer: copies bytes to a byte position, around the end of the ring if need be. */
  copyTo(position: number, bytes: Uint8Array): void {
    const offset = position & this.dataMask
    const atEnd = Math.min(bytes.length, this.data.length - offset)
    copyInto(this.data, offset, bytes.subarray(0, atEnd))
    if (atEnd < bytes.length) copyInto(this.data, 0, bytes.subarray(atEnd))
  }
}
