// The way of a line that is larger than a ring: its bytes lie in a memory of their own, and the ring holds
// its place among the others as a line of zero bytes. One such line waits at a time in a queue.
//
//   FREE -> FILLING (a producer) -> WAITING (published) -> CLAIMED (the consumer) -> FREE
//                                        '-> FREE (dropped)

import { copyInto } from './copy.js'
import {
  H_OVERFLOW_BYTES,
  H_OVERFLOW_LANE,
  H_OVERFLOW_LINE,
  H_OVERFLOW_STATE,
  OVERFLOW_CLAIMED,
  OVERFLOW_FILLING,
  OVERFLOW_FREE,
  OVERFLOW_WAITING,
  PAGE_BYTES,
} from './layout.js'
import type { QueueMemory } from './memory.js'

const NEWLINE = 0x0a

/** The place for the one oversized line of a queue. */
export class Overflow {
  readonly #memory: QueueMemory
  readonly #header: Int32Array

  constructor(memory: QueueMemory) {
    this.#memory = memory
    this.#header = new Int32Array(memory.buffer, 0, PAGE_BYTES / 4)
  }

  get isFree(): boolean {
    return Atomics.load(this.#header, H_OVERFLOW_STATE) === OVERFLOW_FREE
  }

  /** Producer: stores the line if the place is free. It counts from the moment `line` is published. */
  store(lane: number, line: number, text: string | Uint8Array, bytes: number): boolean {
    if (!this.#move(OVERFLOW_FREE, OVERFLOW_FILLING)) return false
    Atomics.store(this.#header, H_OVERFLOW_LANE, lane)
    let room: Buffer
    try {
      room = this.#memory.overflow(bytes + 1)
    } catch {
      this.#move(OVERFLOW_FILLING, OVERFLOW_FREE) // the disk of a queue file is full: no room, like any other
      return false
    }
    if (typeof text === 'string') room.write(text, 0, bytes)
    else copyInto(room, 0, text)
    room[bytes] = NEWLINE
    Atomics.store(this.#header, H_OVERFLOW_LINE, line)
    Atomics.store(this.#header, H_OVERFLOW_BYTES, bytes + 1)
    this.#move(OVERFLOW_FILLING, OVERFLOW_WAITING) // publishes the four words and the bytes
    return true
  }

  /** Which line of this lane is the oversized one, if it waits. */
  waitingLine(lane: number): number | null {
    if (Atomics.load(this.#header, H_OVERFLOW_STATE) !== OVERFLOW_WAITING) return null
    if (Atomics.load(this.#header, H_OVERFLOW_LANE) !== lane) return null
    return Atomics.load(this.#header, H_OVERFLOW_LINE)
  }

  /** Producer: the lines of its lane before `head` were dropped; gives the place free if ours was among them. */
  dropBefore(lane: number, head: number): void {
    const line = this.waitingLine(lane)
    if (line !== null && ((head - line) | 0) > 0) this.#move(OVERFLOW_WAITING, OVERFLOW_FREE)
  }

  /** Consumer: takes the waiting line, so that nobody drops it. */
  claim(): boolean {
    return this.#move(OVERFLOW_WAITING, OVERFLOW_CLAIMED)
  }

  /** Whoever takes over from a consumer that died between its claim and the move of HEAD. */
  unclaim(): void {
    this.#move(OVERFLOW_CLAIMED, OVERFLOW_WAITING)
  }

  get bytes(): number {
    return Atomics.load(this.#header, H_OVERFLOW_BYTES)
  }

  /** The bytes of the claimed line. */
  contents(): Buffer {
    return this.#memory.overflow(this.bytes)
  }

  /** Consumer: the claimed line is written (or was dropped at the last moment). */
  release(): void {
    this.#move(OVERFLOW_CLAIMED, OVERFLOW_FREE)
  }

  /** Whoever drains the lane of a dead thread: it may have died while it filled the place. */
  abandon(lane: number): void {
    if (Atomics.load(this.#header, H_OVERFLOW_LANE) === lane) this.#move(OVERFLOW_FILLING, OVERFLOW_FREE)
  }

  #move(from: number, to: number): boolean {
    return Atomics.compareExchange(this.#header, H_OVERFLOW_STATE, from, to) === from
  }
}
