// The line that tells of dropped lines, at the place of the gap: under `drop_oldest` that is before the oldest line
// that is left, so the producer, who drops and who alone can make the text, leaves it here for the consumer.
//
// A marker belongs to the line before which it stands. The producer fills the place that does not belong to the
// lane's present HEAD, and only then moves HEAD: the consumer never sees a marker that is being written, because
// its own move of HEAD fails if the producer moved it.
//
// Where the newest lines are refused, the marker goes out with the next line that is accepted. Until then it is left
// here too, before line TAIL: if the thread or the process ends, whoever drains the lane finds it.

import { crc32 } from 'node:zlib'
import { NEWLINE } from '../constants.js'
import { checksum } from './checked-note.js'
import { MARKER_BYTES, MARKERS } from './layout.js'

/** What a drop marker tells about. */
export interface DropInfo {
  /** How many lines were dropped. */
  readonly lines: number
  /** When the first and the last of them were dropped, in milliseconds since 1970. */
  readonly from: number
  readonly to: number
}

/** Makes the text of a marker; must not throw. */
export type DropMarker = (info: DropInfo) => string

const LINE = 0
/** Bits 0-15: the length of the text, 0 = no marker. Bits 16-31: a checksum of all that belongs to the marker. */
const LENGTH = 1
const LENGTH_MASK = 0xffff
const TEXT_OFFSET = 8
/** The gap's figures lie behind the text: lines, from, to. A thread that comes back goes on counting from there. */
const FIGURES = 3
const FIGURES_OFFSET: number = MARKER_BYTES - FIGURES * 8

/** The two places for markers in a lane. */
export class DropMarkers {
  readonly #words: Int32Array[] = []
  readonly #texts: Buffer[] = []
  readonly #figures: Float64Array[] = []
  #next = 0

  constructor(buffer: ArrayBufferLike, offset: number) {
    for (let n = 0; n < MARKERS; n++) {
      const start = offset + n * MARKER_BYTES
      this.#words.push(new Int32Array(buffer, start, 2))
      this.#texts.push(Buffer.from(buffer, start + TEXT_OFFSET, FIGURES_OFFSET - TEXT_OFFSET))
      this.#figures.push(new Float64Array(buffer, start + FIGURES_OFFSET, FIGURES))
    }
  }

  /** Producer, before it moves HEAD to `line`. Text that is too long is cut. */
  write(line: number, text: string, gap: DropInfo): void {
    const words = this.#words[this.#next] as Int32Array
    const place = this.#texts[this.#next] as Buffer
    const figures = this.#figures[this.#next] as Float64Array
    this.#next = (this.#next + 1) % MARKERS
    Atomics.store(words, LENGTH, 0) // not to be read until it is whole
    const length = place.write(text, 0, place.length - 1)
    place[length] = NEWLINE
    figures.set([gap.lines, gap.from, gap.to])
    Atomics.store(words, LINE, line)
    Atomics.store(words, LENGTH, checkedLength(line, place.subarray(0, length + 1), figures))
    const other = this.#words[this.#next] as Int32Array
    if (Atomics.load(other, LINE) === line) Atomics.store(other, LENGTH, 0) // it told of fewer lines
  }

  /** Producer, if HEAD did not move to `line` after all. */
  clear(line: number): void {
    for (const words of this.#words) {
      if (Atomics.load(words, LINE) === line) Atomics.store(words, LENGTH, 0)
    }
  }

  /** Consumer: the marker that stands before this line, with its '\n'. */
  readFor(line: number): Buffer | null {
    const place = this.#placeOf(line)
    if (place === -1) return null
    return this.#textAt(place)
  }

  /** False if a bit of a marker is not as it was written. */
  get isSound(): boolean {
    return this.#words.every((words, place) => {
      const length = Atomics.load(words, LENGTH)
      const figures = this.#figures[place] as Float64Array
      return length === 0 || length === checkedLength(Atomics.load(words, LINE), this.#textAt(place), figures)
    })
  }

  #textAt(place: number): Buffer {
    const words = this.#words[place] as Int32Array
    return (this.#texts[place] as Buffer).subarray(0, Atomics.load(words, LENGTH) & LENGTH_MASK)
  }

  /** A new producer of the lane: the gap that its former one left before this line. Its place is not filled next. */
  resume(line: number): DropInfo | null {
    const place = this.#placeOf(line)
    if (place === -1) return null
    this.#next = (place + 1) % MARKERS
    const [lines = 0, from = 0, to = 0] = this.#figures[place] as Float64Array
    return { lines, from, to }
  }

  #placeOf(line: number): number {
    return this.#words.findIndex(
      (words) => Atomics.load(words, LENGTH) !== 0 && Atomics.load(words, LINE) === line,
    )
  }
}

function checkedLength(line: number, text: Buffer, figures: Float64Array): number {
  const { buffer, byteOffset, byteLength } = figures
  const sum = checksum([line, crc32(text, crc32(new Uint8Array(buffer, byteOffset, byteLength)))])
  return (sum & ~LENGTH_MASK) | text.length
}
