// The producer's side of a lane: runs on the one thread that holds the lane. It never waits and knows no
// policy; it says how many lines fitted. Positions of the consumer are cached and read anew only when the
// ring seems full (after Quill's BoundedSPSCQueue).

import { NEWLINE } from '../constants.js'
import type { Lane } from './lane.js'
import { joinLines, writeText } from './lane-text.js'
import type { DropMarker } from './drop-markers.js'
import { L_DROPPED, L_ENQUEUED } from './layout.js'
import type { QueueMemory } from './memory.js'
import { expectLength, Overflow } from './overflow.js'
import { wallTime } from '../runtime.js'

/** UTF-8 needs at most this many bytes for a UTF-16 code unit. */
export const MAX_BYTES_PER_UNIT = 3

interface GapBefore {
  readonly line: number
  readonly lines: number
  readonly from: number
}

/** Puts lines into a lane. */
export class Producer {
  readonly lane: Lane
  readonly #overflow: Overflow
  readonly #lineLimit: number
  readonly #byteLimit: number
  #tail: number
  #tailByte: number
  #head: number
  #headByte: number
  readonly #marker: DropMarker | null
  /** The gap that the last drop made or widened. */
  #gap: GapBefore | null = null

  constructor(memory: QueueMemory, lane: Lane, marker: DropMarker | null = null) {
    this.#marker = marker
    this.lane = lane
    this.#overflow = new Overflow(memory)
    this.#lineLimit = memory.geometry.lineLimit
    this.#byteLimit = memory.geometry.byteLimit
    this.#tail = lane.tail()
    this.#tailByte = lane.startOf(this.#tail)
    this.#head = lane.head()
    this.#headByte = lane.startOf(this.#head)
    // Who had the lane before may have dropped what waited before HEAD: a further drop only widens that gap.
    const gap = memory.geometry.copiedClaims ? lane.markers.resume(this.#head) : null
    if (gap !== null) this.#gap = { line: this.#head, lines: gap.lines, from: gap.from }
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
    return (this.#tail - this.#head) | 0
  }

  /** Bytes that wait, as far as this side knows. */
  get waitingBytes(): number {
    return (this.#tailByte - this.#headByte) | 0
  }

  /** Looks how far the consumer has come. */
  refresh(): void {
    this.#head = this.lane.head()
    this.#headByte = this.lane.startOf(this.#head)
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

  /** As {@link push} for one line of bytes. */
  pushBytes(line: Uint8Array): boolean {
    const bytes = line.length + 1
    if (bytes > this.freeBytes || this.freeLines < 1) this.refresh()
    if (this.freeLines < 1) return false
    if (bytes > this.#byteLimit) return this.#pushOversized(line, line.length)
    if (bytes > this.freeBytes) return false
    this.lane.copyTo(this.#tailByte, line)
    this.lane.data[(this.#tailByte + line.length) & this.lane.dataMask] = NEWLINE
    this.#endLineAt(this.#tailByte + bytes)
    this.#publish(1)
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
    const base = (this.#tailByte - start) | 0
    this.lane.copyTo(this.#tailByte, text.subarray(start, endAt(ends, to - 1)))
    let line = this.#tail
    for (let n = from; n < to; n++) {
      slots[line & lineMask] = (base + endAt(ends, n)) | 0
      line = (line + 1) | 0
    }
    this.#tail = line
    this.#tailByte = (base + endAt(ends, to - 1)) | 0
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
    this.lane.addTo(L_ENQUEUED, lines)
    this.lane.addTo(L_DROPPED, lines)
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
      const waiting = (this.#tail - head) | 0
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
      const gap = this.#markGap(head, drop)
      // Moves the consumer's position; fails if it claimed a line meanwhile.
      if (!lane.moveHead(head, newHead, false)) {
        if (gap !== null) lane.markers.clear(newHead)
        continue
      }
      lane.addTo(L_DROPPED, drop)
      this.#gap = gap
      this.#overflow.dropBefore(lane.index, newHead)
      this.refresh()
      return drop
    }
  }

  /** Leaves the marker for a gap that ends before line `head + drop`; it grows one that was not written yet. */
  #markGap(head: number, drop: number): GapBefore | null {
    if (this.#marker === null) return null
    const open = this.#gap?.line === head ? this.#gap : null
    const gap = { line: (head + drop) | 0, lines: (open?.lines ?? 0) + drop, from: open?.from ?? wallTime() }
    const info = { lines: gap.lines, from: gap.from, to: wallTime() }
    this.lane.markers.write(gap.line, this.#marker(info), info)
    return gap
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
    if (!this.#overflow.store(this.lane.index, this.#tail, line, bytes)) return false
    this.#endLineAt(this.#tailByte) // its place in the order; the bytes lie elsewhere
    this.#publish(1)
    return true
  }

  /** `room`: how many bytes are known to be free, at least what the text needs with its last '\n'. */
  #publishText(text: string, lines: readonly string[], room: number): void {
    this.#tailByte = writeText(this.lane, this.#tail, this.#tailByte, text, lines, room)
    this.#tail = (this.#tail + lines.length) | 0
    this.#publish(lines.length)
  }

  #endLineAt(position: number): void {
    this.lane.ends[this.#tail & this.lane.lineMask] = position
    this.#tail = (this.#tail + 1) | 0
    this.#tailByte = position | 0
  }

  #publish(lines: number): void {
    this.lane.addTo(L_ENQUEUED, lines) // first: nobody may see more lines written than enqueued
    this.lane.publish(this.#tail) // hands over the text and the line ends before it
  }
}

/** Where line `n` of a chunk ends; the callers stay inside. */
function endAt(ends: Int32Array, n: number): number {
  return ends[n] as number
}
