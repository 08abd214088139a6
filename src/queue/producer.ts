// The producer's side of a lane: runs on the one thread that holds the lane. It never waits and knows no
// policy; it says how many lines fitted. The consumer's position is cached, and read again only when the ring seems
// full (after Quill's BoundedSPSCQueue).

import { NEWLINE } from '../constants.js'
import type { Lane } from './lane.js'
import { joinLines, writeText } from './lane-text.js'
import {
  L_DROPPED,
  L_ENQUEUED,
  L_GAP_FROM,
  L_GAP_LINES,
  L_GAP_TO,
  L_TAIL,
  L_TAIL_SEEN,
  MARKER_OFFSET,
} from './layout.js'
import type { QueueMemory } from './memory.js'
import { OpenGap } from './open-gap.js'
import { expectLength, Overflow } from './overflow.js'
import { wallTime } from '../runtime.js'

/** From so many UTF-16 code units on, text has faster ways into the ring: see lane-text.ts. */
const LONG_TEXT = 4096
/** UTF-8 needs at most this many bytes for a UTF-16 code unit. */
export const MAX_BYTES_PER_UNIT = 3

/**
 * Puts lines into a lane.
 *
 * An exception may end any call at any point: a stack overflow, or the termination of a `vm` script. So the lane is
 * the only truth: this object keeps no position of its own but the consumer's last known one, and every change of the
 * lane's state is one store, followed by stores of counts with no call in between.
 */
export class Producer {
  readonly lane: Lane
  /** The lines that were refused since the last one that was published. */
  readonly gap: OpenGap
  readonly #overflow: Overflow
  readonly #lineLimit: number
  readonly #byteLimit: number
  /** HEAD and its byte when they were last read: never ahead of the consumer. */
  #head: number
  #headByte: number
  /** How long the queue's dropMarker is. */
  readonly #markerBytes: Int32Array

  constructor(memory: QueueMemory, lane: Lane) {
    this.lane = lane
    this.gap = new OpenGap(lane)
    this.#markerBytes = new Int32Array(memory.buffer, MARKER_OFFSET, 1)
    this.#overflow = new Overflow(memory)
    this.#lineLimit = memory.geometry.lineLimit
    this.#byteLimit = memory.geometry.byteLimit
    this.#head = lane.head()
    this.#headByte = lane.startOf(this.#head)
  }

  /** Lines that fit, as far as this side knows. */
  get freeLines(): number {
    return this.#lineLimit - this.waitingLines
  }

  /** Bytes that fit, as far as this side knows. */
  get freeBytes(): number {
    return this.#byteLimit - this.waitingBytes
  }

  /** Lines that wait, as far as this side knows: never fewer than really do. */
  get waitingLines(): number {
    return (this.lane.ownTail - this.#head) | 0
  }

  /** Bytes that wait, as far as this side knows. */
  get waitingBytes(): number {
    return (this.#tailByte - this.#headByte) | 0
  }

  /** Whether gaps are shown in the log. */
  get #hasMarker(): boolean {
    return (this.#markerBytes[0] as number) > 0
  }

  /** Where the next line begins. */
  get #tailByte(): number {
    return this.lane.startOf(this.lane.ownTail)
  }

  /** Looks how far the consumer has come. */
  refresh(): void {
    const head = this.lane.head()
    this.#headByte = this.lane.startOf(head)
    this.#head = head
  }

  /** Looks whether a line of so many bytes, its '\n' included, fits at this moment. */
  fits(bytes: number): boolean {
    this.refresh()
    if (this.freeLines < 1) return false
    return bytes > this.#byteLimit ? this.#overflow.isFree : bytes <= this.freeBytes
  }

  /**
   * Publishes the lines from `from` on, in order, as many as fit and each of them whole.
   * Returns how many went; the caller decides what becomes of the rest.
   */
  push(lines: readonly string[], from = 0): number {
    const rest = from === 0 ? lines : lines.slice(from)
    const count = rest.length
    const text = joinLines(rest)
    // Three bytes a unit can never be too few; only a ring that is nearly full needs the exact length.
    if (text.length * MAX_BYTES_PER_UNIT + 1 > this.freeBytes || count > this.freeLines) this.refresh()
    if (count <= this.freeLines) {
      const most = text.length * MAX_BYTES_PER_UNIT + 1
      const bytes = most <= this.freeBytes ? most : Buffer.byteLength(text) + 1
      if (bytes <= this.freeBytes) {
        this.#publishText(text, rest, bytes)
        return count
      }
    }
    return this.#pushSome(rest)
  }

  /** As {@link push} for one line of text, if it certainly fits and does not cross the end of the ring. */
  pushLine(text: string): boolean {
    const { words, data, dataMask, ends, lineMask } = this.lane
    const tail = words[L_TAIL] as number
    const start = ends[(tail - 1) & lineMask] as number
    const offset = start & dataMask
    const most = text.length * MAX_BYTES_PER_UNIT + 1
    if (text.length >= LONG_TEXT || offset + most > data.length) return false
    if (!this.#isFree(tail + 1, start + most)) {
      this.refresh()
      if (!this.#isFree(tail + 1, start + most)) return false
    }
    const end = offset + data.write(text, offset, most - 1)
    data[end] = NEWLINE
    ends[tail & lineMask] = start + end - offset + 1
    this.#publish(1)
    return true
  }

  /** True if the lane can hold the lines before `line`, whose bytes end before `end`, as far as this side knows. */
  #isFree(line: number, end: number): boolean {
    return ((line - this.#head) | 0) <= this.#lineLimit && ((end - this.#headByte) | 0) <= this.#byteLimit
  }

  /** As {@link push} for one line of bytes. */
  pushBytes(line: Uint8Array): boolean {
    const bytes = line.length + 1
    if (bytes > this.freeBytes || this.freeLines < 1) this.refresh()
    if (this.freeLines < 1) return false
    if (bytes > this.#byteLimit) return this.#pushOversized(line, line.length)
    if (bytes > this.freeBytes) return false
    const start = this.#tailByte
    this.lane.copyTo(start, line)
    this.lane.data[(start + line.length) & this.lane.dataMask] = NEWLINE
    this.#publishLine(start + bytes)
    return true
  }

  /**
   * Publishes bytes that hold whole lines, each with its '\n', as many as fit. `ends` says where in
   * `text` each line ends, its '\n' included. Returns how many lines went, counted from `from`.
   */
  pushLines(text: Uint8Array, ends: Int32Array, from: number): number {
    this.refresh()
    const start = from === 0 ? 0 : endAt(ends, from - 1)
    const to = this.#fitting(ends, from, start)
    if (to === from) {
      const line = text.subarray(start, endAt(ends, from) - 1)
      return this.pushBytes(line) ? 1 : 0 // the first may be oversized
    }
    const { ends: slots, lineMask } = this.lane
    const tailByte = this.#tailByte
    const base = (tailByte - start) | 0
    this.lane.copyTo(tailByte, text.subarray(start, endAt(ends, to - 1)))
    let line = this.lane.ownTail
    for (let n = from; n < to; n++) {
      slots[line & lineMask] = (base + endAt(ends, n)) | 0
      line = (line + 1) | 0
    }
    this.#publish(to - from)
    return to - from
  }

  /** How far the lines from `from` on, which begin at byte `start`, fit. */
  #fitting(ends: Int32Array, from: number, start: number): number {
    const { freeBytes } = this
    const most = Math.min(ends.length, from + this.freeLines)
    if (most > from && endAt(ends, most - 1) - start <= freeBytes) return most
    let to = from
    while (to < most && endAt(ends, to) - start <= freeBytes) to++
    return to
  }

  /** Counts lines that were refused: they are enqueued and dropped at once. */
  refuse(lines: number): void {
    const { totals } = this.lane
    this.gap.cancel()
    const hasMarker = this.#hasMarker
    const time = hasMarker ? wallTime() : 0
    const gapLines = totals[L_GAP_LINES] as number
    // No call from here on: all of it happens or nothing.
    totals[L_ENQUEUED] = (totals[L_ENQUEUED] as number) + lines
    totals[L_DROPPED] = (totals[L_DROPPED] as number) + lines
    if (!hasMarker) return
    if (gapLines === 0) totals[L_GAP_FROM] = time
    totals[L_GAP_TO] = time
    totals[L_GAP_LINES] = gapLines + lines
  }

  /** An earlier call was cut short: takes back what it left half done. */
  settle(): void {
    this.#overflow.takeBack(this.lane.index, this.lane.ownTail, this.lane.head())
  }

  /**
   * Gives up the oldest waiting lines, exactly as many as it takes for `lines` lines of `bytes` bytes to
   * fit, or all of them. Only in a memory whose claims are copied. Returns how many went.
   */
  dropOldest(lines: number, bytes: number): number {
    const { lane } = this
    const oversized = bytes > this.#byteLimit
    for (;;) {
      this.refresh()
      const head = this.#head
      const waiting = this.waitingLines
      const place = oversized ? this.#overflow.waitingIn(lane.index) : null
      // Held by another lane, or being written: no drop would make room for this one.
      if (oversized && place === null && !this.#overflow.isFree) return 0
      let drop = Math.max(0, Math.min(waiting, waiting + lines - this.#lineLimit))
      if (place !== null) drop = Math.max(drop, ((place.line - head) | 0) + 1)
      if (!oversized) {
        while (drop < waiting && this.#freeAfterDropping(head, drop) < bytes) drop++
      }
      if (drop === 0) return 0
      const newHead = (head + drop) | 0
      if (this.#hasMarker) this.gap.noteDrop(head)
      // If it fails, the consumer has claimed a line meanwhile.
      if (!lane.dropTo(head, newHead, this.gap.shownIn(head, newHead))) continue
      this.#overflow.dropBefore(lane.index, newHead)
      this.refresh()
      return drop
    }
  }

  #freeAfterDropping(head: number, drop: number): number {
    return this.#byteLimit - ((this.#tailByte - this.lane.startOf((head + drop) | 0)) | 0)
  }

  /** Publishes those of the lines that fit when not all do. */
  #pushSome(lines: readonly string[]): number {
    const most = Math.min(lines.length, this.freeLines)
    let bytes = 0
    let count = 0
    for (; count < most; count++) {
      const next = bytes + Buffer.byteLength(lines[count] as string) + 1
      if (next > this.freeBytes) break
      bytes = next
    }
    if (count > 0) {
      const some = lines.slice(0, count)
      this.#publishText(joinLines(some), some, bytes)
      return count
    }
    const first = lines[0]
    if (first === undefined || this.freeLines < 1) return 0
    const length = Buffer.byteLength(first)
    if (length + 1 <= this.#byteLimit) return 0
    return this.#pushOversized(first, length) ? 1 : 0
  }

  #pushOversized(line: string | Uint8Array, bytes: number): boolean {
    expectLength(bytes)
    if (!this.#overflow.store(this.lane.index, this.lane.ownTail, line, bytes)) return false
    this.#publishLine(this.#tailByte) // its place in the order; the bytes are elsewhere
    return true
  }

  /** `room`: how many bytes are known to be free, at least what the text needs with its last '\n'. */
  #publishText(text: string, lines: readonly string[], room: number): void {
    writeText(this.lane, this.lane.ownTail, this.#tailByte, text, lines, room)
    this.#publish(lines.length)
  }

  /** Publishes one line that ends at this byte position. */
  #publishLine(end: number): void {
    const { ends, lineMask, ownTail } = this.lane
    ends[ownTail & lineMask] = end
    this.#publish(1)
  }

  #publish(lines: number): void {
    const { words, totals } = this.lane
    const { announced } = this.gap
    const tail = ((words[L_TAIL] as number) + lines) | 0
    Atomics.store(words, L_TAIL, tail) // hands over the text and the line ends before it
    // No call from here on: what is published is counted.
    words[L_TAIL_SEEN] = tail
    totals[L_ENQUEUED] = (totals[L_ENQUEUED] as number) + lines
    totals[L_GAP_LINES] = (totals[L_GAP_LINES] as number) - announced // its marker went out with the first of them
    this.gap.announced = 0
  }
}

/** Where line `n` of a chunk ends; the callers stay inside. */
function endAt(ends: Int32Array, n: number): number {
  return ends[n] as number
}
