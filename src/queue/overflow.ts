// The way of a line that is larger than a ring: its bytes lie in a memory of their own, and the ring holds
// its place among the others as a line of zero bytes. One such line waits at a time in a queue.
//
//   FREE -> FILLING (a producer) -> WAITING (published) -> CLAIMED (the consumer) -> FREE
//                                        '-> FREE (dropped)
//
// In a queue that is a file, the line is in that file, unless the disk has no room for it there and in the log. Then it
// is in memory of the process, whose address is noted: the line reaches the log, but it would not survive a kill.

import { NEWLINE } from '../constants.js'
import { ChooseL2Error } from '../errors.js'
import { checksum } from './checked-note.js'
import { copyInto } from './copy.js'
import {
  H_OVERFLOW_ADDRESS,
  H_OVERFLOW_ADDRESS_WORDS,
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

/** The address of a line in the queue's own memory. */
const IN_QUEUE = 0n
const NOTHING: Buffer = Buffer.alloc(0)

/** A line that waits here, and the word that says so: it stands for this line only. */
export interface OverflowLine {
  readonly word: number
  readonly line: number
}

/** The place for the one oversized line of a queue. */
export class Overflow {
  readonly #memory: QueueMemory
  readonly #header: Int32Array
  readonly #addresses: BigUint64Array
  /** The claimed line in the memory of the process, as long as `word` stands for it. */
  #view: { readonly word: number; readonly bytes: Buffer } | null = null

  constructor(memory: QueueMemory) {
    this.#memory = memory
    this.#header = new Int32Array(memory.buffer, 0, PAGE_BYTES / 4)
    this.#addresses = new BigUint64Array(memory.buffer, 0, PAGE_BYTES / 8)
  }

  get isFree(): boolean {
    return stateOf(this.#load()) === OVERFLOW_FREE
  }

  /**
   * Producer: stores the line if the place is free. It counts from the moment `line` is published. Throws
   * ERR_LINE_TOO_LARGE where there is neither disk nor memory for it.
   */
  store(lane: number, line: number, text: string | Uint8Array, bytes: number): boolean {
    const free = this.#load()
    const filling = wordOf(free + OVERFLOW_SERIAL_STEP, lane, OVERFLOW_FILLING)
    if (stateOf(free) !== OVERFLOW_FREE || !this.#replace(free, filling)) return false
    let room: Buffer
    try {
      room = this.#roomFor(bytes + 1)
    } catch (error) {
      this.#move(filling, OVERFLOW_FREE)
      throw error
    }
    if (typeof text === 'string') room.write(text, 0, bytes)
    else copyInto(room, 0, text)
    room[bytes] = NEWLINE
    this.#note(line, bytes + 1)
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
    if (place !== null && ((head - place.line) | 0) > 0) this.#giveFree(place.word)
  }

  /**
   * Producer, after a call of its own was cut short: gives the place free if it was left half filled, if its line was
   * never published (`tail`), or if it was dropped already (before `head`).
   */
  takeBack(lane: number, tail: number, head: number): void {
    const word = this.#load()
    if (stateOf(word) === OVERFLOW_FILLING && laneOf(word) === lane) this.#move(word, OVERFLOW_FREE)
    const place = this.waitingIn(lane)
    if (place?.line === tail) this.#move(place.word, OVERFLOW_FREE)
    this.dropBefore(lane, head)
  }

  /** Consumer: takes the waiting line, so that nobody drops it. False if it is another one by now. */
  claim(place: OverflowLine): boolean {
    return this.#move(place.word, OVERFLOW_CLAIMED)
  }

  /** For the successor of a consumer that died between its claim and the move of HEAD, now at `head`. */
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
    const { bytes } = this
    const address = Atomics.load(this.#addresses, H_OVERFLOW_ADDRESS)
    if (address === IN_QUEUE) return bytes === 0 ? NOTHING : this.#memory.overflow(bytes, true)
    if (this.#memory.spare === null) return NOTHING // lost
    const word = this.#load()
    if (this.#view?.word !== word) this.#view = { word, bytes: this.#memory.spare.view(address, bytes) }
    return this.#view.bytes
  }

  /** For a recovery: the line was in the memory of the process that died. */
  get isLost(): boolean {
    const state = stateOf(this.#load())
    const isThere = state === OVERFLOW_WAITING || state === OVERFLOW_CLAIMED
    return isThere && this.#memory.spare === null && this.#addresses[H_OVERFLOW_ADDRESS] !== IN_QUEUE
  }

  /** For a recovery: the lost line keeps its place, and nothing is written for it. */
  emptyLost(): void {
    this.#addresses[H_OVERFLOW_ADDRESS] = IN_QUEUE
    this.#note(Atomics.load(this.#header, H_OVERFLOW_LINE), 0)
  }

  /** Consumer: the claimed line is written (or was dropped at the last moment). */
  release(): void {
    const word = this.#load()
    if (stateOf(word) === OVERFLOW_CLAIMED) this.#giveFree(word)
  }

  /** For the consumer that frees the lane of a dead thread: the thread may have died before it published this line. */
  abandon(lane: number): void {
    const word = this.#load()
    const state = stateOf(word)
    if (laneOf(word) !== lane) return
    // What a thread was filling when it died goes with the process: nobody knows whether its address is noted.
    if (state === OVERFLOW_FILLING) this.#move(word, OVERFLOW_FREE)
    if (state === OVERFLOW_WAITING) this.#giveFree(word)
  }

  #roomFor(bytes: number): Buffer {
    this.#addresses[H_OVERFLOW_ADDRESS] = IN_QUEUE
    try {
      return this.#memory.overflow(bytes)
    } catch (error) {
      if (error instanceof ChooseL2Error) throw error
      try {
        const { spare } = this.#memory
        if (spare === null) throw error
        const address = spare.take(bytes)
        this.#addresses[H_OVERFLOW_ADDRESS] = address
        return spare.view(address, bytes)
      } catch (cause) {
        const message = `Expected memory for a line of ${bytes} bytes, which is larger than the queue, but there is none`
        throw new ChooseL2Error('ERR_LINE_TOO_LARGE', message, { cause })
      }
    }
  }

  #note(line: number, bytes: number): void {
    const [low, high] = this.#header.subarray(H_OVERFLOW_ADDRESS_WORDS, H_OVERFLOW_ADDRESS_WORDS + 2)
    Atomics.store(this.#header, H_OVERFLOW_LINE, line)
    Atomics.store(this.#header, H_OVERFLOW_BYTES, bytes)
    Atomics.store(this.#header, H_OVERFLOW_CHECK, checksum([line, bytes, low ?? 0, high ?? 0]))
  }

  /** Of a published line: its memory goes with its place. */
  #giveFree(word: number): void {
    const { bytes } = this
    const address = Atomics.load(this.#addresses, H_OVERFLOW_ADDRESS)
    if (!this.#move(word, OVERFLOW_FREE)) return // it was another line by now, or somebody else did it
    this.#view = null
    if (address !== IN_QUEUE) this.#memory.spare?.giveBack(address, bytes)
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
