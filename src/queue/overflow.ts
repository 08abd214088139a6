// The way of a line that is larger than a ring: its bytes lie in a memory of their own, and the ring holds
// its place among the others as a line of zero bytes. One such line waits at a time in a queue.
//
//   FREE -> FILLING (a producer) -> WAITING (published) -> CLAIMED (the consumer) -> FREE
//                                        '-> FREE (dropped)

import { NEWLINE } from '../constants.js'
import { ChooseL2Error } from '../errors.js'
import { checksum } from './checked-note.js'
import { copyInto } from './copy.js'
import {
  H_OVERFLOW_BYTES,
  H_OVERFLOW_CHECK,
  H_OVERFLOW_LINE,
  H_OVERFLOW_STATE,
  OVERFLOW_CLAIMED,
  OVERFLOW_FILLING,
  OVERFLOW_FREE,
  OVERFLOW_LANE_MASK,
  OVERFLOW_LANE_SHIFT,
  OVERFLOW_SERIAL_STEP,
  OVERFLOW_STATE_MASK,
  OVERFLOW_WAITING,
  PAGE_BYTES,
} from './layout.js'
import { MAX_LINE_BYTES, type QueueMemory } from './memory.js'
import { now } from '../runtime.js'

/** How long a producer leaves a disk in peace that had no room for its line. */
const RETRY_MS = 50

/** A line that waits here, and the word that says so: it stands for this line only. */
export interface OverflowLine {
  readonly word: number
  readonly line: number
}

/** The place for the one oversized line of a queue. */
export class Overflow {
  readonly #memory: QueueMemory
  readonly #header: Int32Array
  /** Until then there is no room because the disk had none. */
  #retryAt = 0

  constructor(memory: QueueMemory) {
    this.#memory = memory
    this.#header = new Int32Array(memory.buffer, 0, PAGE_BYTES / 4)
  }

  get isFree(): boolean {
    return stateOf(this.#load()) === OVERFLOW_FREE && now() >= this.#retryAt
  }

  /** Producer: stores the line if the place is free. It counts from the moment `line` is published. */
  store(lane: number, line: number, text: string | Uint8Array, bytes: number): boolean {
    const free = this.#load()
    const filling = wordOf(free + OVERFLOW_SERIAL_STEP, lane, OVERFLOW_FILLING)
    if (stateOf(free) !== OVERFLOW_FREE || !this.#replace(free, filling)) return false
    let room: Buffer
    try {
      room = this.#memory.overflow(bytes + 1)
    } catch {
      this.#retryAt = now() + RETRY_MS
      this.#move(filling, OVERFLOW_FREE) // the disk of a queue file is full: no room, like any other
      return false
    }
    if (typeof text === 'string') room.write(text, 0, bytes)
    else copyInto(room, 0, text)
    room[bytes] = NEWLINE
    Atomics.store(this.#header, H_OVERFLOW_LINE, line)
    Atomics.store(this.#header, H_OVERFLOW_BYTES, bytes + 1)
    Atomics.store(this.#header, H_OVERFLOW_CHECK, checksum([line, bytes + 1]))
    this.#move(filling, OVERFLOW_WAITING) // publishes the words and the bytes
    return true
  }

  /** Which line of this lane is the oversized one, if it waits. */
  waitingIn(lane: number): OverflowLine | null {
    const word = this.#load()
    if (stateOf(word) !== OVERFLOW_WAITING || laneOf(word) !== lane) return null
    const line = Atomics.load(this.#header, H_OVERFLOW_LINE)
    return this.#load() === word ? { word, line } : null // gone while we read it
  }

  /** The lines of this lane before `head` were dropped; gives the place free if ours was among them. */
  dropBefore(lane: number, head: number): void {
    const place = this.waitingIn(lane)
    if (place !== null && ((head - place.line) | 0) > 0) this.#move(place.word, OVERFLOW_FREE)
  }

  /** Consumer: takes the waiting line, so that nobody drops it. False if it is another one by now. */
  claim(place: OverflowLine): boolean {
    return this.#move(place.word, OVERFLOW_CLAIMED)
  }

  /** Whoever takes over from a consumer that died between its claim and the move of HEAD, now at `head`. */
  unclaim(head: number): void {
    const word = this.#load()
    if (stateOf(word) !== OVERFLOW_CLAIMED) return
    this.#move(word, OVERFLOW_WAITING)
    this.dropBefore(laneOf(word), head) // a producer that dropped it meanwhile could not give the place free
  }

  get bytes(): number {
    return Atomics.load(this.#header, H_OVERFLOW_BYTES)
  }

  /** The bytes of the claimed line. */
  contents(): Buffer {
    return this.#memory.overflow(this.bytes, true)
  }

  /** Consumer: the claimed line is written (or was dropped at the last moment). */
  release(): void {
    const word = this.#load()
    if (stateOf(word) === OVERFLOW_CLAIMED) this.#move(word, OVERFLOW_FREE)
  }

  /** Whoever sets the empty lane of a dead thread free: it may have died before it published what is here. */
  abandon(lane: number): void {
    const word = this.#load()
    const state = stateOf(word)
    const isHeld = state === OVERFLOW_FILLING || state === OVERFLOW_WAITING
    if (isHeld && laneOf(word) === lane) this.#move(word, OVERFLOW_FREE)
  }

  #load(): number {
    return Atomics.load(this.#header, H_OVERFLOW_STATE)
  }

  #move(word: number, state: number): boolean {
    return this.#replace(word, wordOf(word, laneOf(word), state))
  }

  /** The serial number makes sure that it is still the same line. */
  #replace(from: number, to: number): boolean {
    return Atomics.compareExchange(this.#header, H_OVERFLOW_STATE, from, to) === from
  }
}

/** Throws ERR_LINE_TOO_LARGE for a line of so many bytes, without its '\n', if no queue could ever carry it. */
export function expectLength(bytes: number): void {
  if (bytes < MAX_LINE_BYTES) return
  throw new ChooseL2Error(
    'ERR_LINE_TOO_LARGE',
    `Expected a line of less than ${MAX_LINE_BYTES} bytes, got one of ${bytes}`,
  )
}

function stateOf(word: number): number {
  return word & OVERFLOW_STATE_MASK
}

function laneOf(word: number): number {
  return (word >>> OVERFLOW_LANE_SHIFT) & OVERFLOW_LANE_MASK
}

/** With the serial number of `serial`, a word. */
function wordOf(serial: number, lane: number, state: number): number {
  return (serial & -OVERFLOW_SERIAL_STEP) | (lane << OVERFLOW_LANE_SHIFT) | state
}
