// How much of an interrupted write a file holds. Normally it stands at the noted offset; where other processes append
// to the same file it may stand further on, and there is nothing to go by but the bytes themselves. So only what
// cannot well be somebody else's counts: all of it, a long piece, or a piece that is the end of the file.

import { readSync } from 'node:fs'
import { NEWLINE } from '../constants.js'
import type { Found, InterruptedWrite } from './sink.js'

const COMPARE_BYTES: number = 64 * 1024
const SEARCH_BYTES: number = 1024 * 1024
/** So much of the beginning is enough to know it by, even if its lines are like those of others. */
const LONGEST_NEEDLE = 4096
/** Where the same bytes stand in so many places, one more tells nothing. */
const MOST_PLACES = 1000

/** What the ranges together are known by. */
interface Wanted {
  readonly bytes: number
  readonly needle: Buffer
}

/** Looks for an interrupted write in a file of `size` bytes, at its place and behind it. */
export function findWritten(fd: number, size: number, write: InterruptedWrite): Found {
  const { position, ranges, isSameFile } = write
  const isPlaceOurs = endsAt(fd, position, write.piece)
  if (size === position && isPlaceOurs) return { bytes: 0, isAtEnd: true }
  const wanted = describe(ranges)
  const room = Buffer.allocUnsafe(COMPARE_BYTES)
  let best: Found = { bytes: 0, isAtEnd: false }
  for (const place of isSameFile ? places(fd, position, size, wanted) : [position]) {
    if (place === position && !isPlaceOurs) continue
    const bytes = sameBytes(fd, place, ranges, room)
    const isAtEnd = place + bytes === size
    if (bytes === wanted.bytes || (isAtEnd && bytes > 0)) return { bytes, isAtEnd }
    if (bytes >= wanted.needle.length && bytes > best.bytes) best = { bytes, isAtEnd }
  }
  return best
}

/** True if the file holds these bytes right before `position`. */
export function endsAt(fd: number, position: number, piece: readonly Uint8Array[]): boolean {
  const bytes = totalLength(piece)
  return (
    bytes <= position && sameBytes(fd, position - bytes, piece, Buffer.allocUnsafe(COMPARE_BYTES)) === bytes
  )
}

/** As {@link findWritten} for a file that may not be read: its length is all there is to go by. */
export function guessWritten(size: number, { position, ranges }: InterruptedWrite): Found {
  const bytes = size - position
  // More than was to be written is also what others wrote: then rather twice than never.
  return bytes >= 0 && bytes <= totalLength(ranges) ? { bytes, isAtEnd: true } : { bytes: 0, isAtEnd: false }
}

/** Where to compare: the noted place first, then wherever it begins alike, then the piece of a line at the end. */
function* places(fd: number, position: number, size: number, { needle }: Wanted): Generator<number> {
  const from = size > position ? position : 0 // cut meanwhile: it may stand anywhere
  yield from
  let found = 0
  for (const place of occurrences(fd, from + 1, size, needle)) {
    if (found++ === MOST_PLACES) break
    yield place
  }
  yield* lineStartsAtEnd(fd, Math.max(from + 1, size - needle.length), size)
}

/** Every place in the file where the needle stands. */
function* occurrences(fd: number, from: number, size: number, needle: Buffer): Generator<number> {
  const piece = Buffer.alloc(SEARCH_BYTES + needle.length - 1) // an occurrence across two pieces is in the first
  for (let at = from; at + needle.length <= size; at += SEARCH_BYTES) {
    const read = piece.subarray(0, readSync(fd, piece, 0, piece.length, at))
    for (let n = read.indexOf(needle); n !== -1; n = read.indexOf(needle, n + 1)) yield at + n
  }
}

/** The beginnings of lines behind `from`, if the last of them has no end. */
function* lineStartsAtEnd(fd: number, from: number, size: number): Generator<number> {
  const tail = Buffer.alloc(Math.max(0, size - from + 1))
  readSync(fd, tail, 0, tail.length, from - 1)
  if (tail.at(-1) === NEWLINE) return
  for (let n = tail.indexOf(NEWLINE); n !== -1; n = tail.indexOf(NEWLINE, n + 1)) yield from + n
}

/** How many leading bytes of the ranges stand in the file from `position` on; `read` is room for some of them. */
function sameBytes(fd: number, position: number, ranges: readonly Uint8Array[], read: Buffer): number {
  let same = 0
  for (const range of ranges) {
    for (let at = 0; at < range.length; at += COMPARE_BYTES) {
      const wanted = range.subarray(at, at + COMPARE_BYTES)
      const got = readSync(fd, read, 0, wanted.length, position + same)
      for (let n = 0; n < got; n++) if (read[n] !== wanted[n]) return same + n
      same += got
      if (got < wanted.length) return same
    }
  }
  return same
}

function describe(ranges: readonly Uint8Array[]): Wanted {
  const bytes = totalLength(ranges)
  const needle = Buffer.concat(ranges.map((range) => range.subarray(0, LONGEST_NEEDLE)))
  return { bytes, needle: needle.subarray(0, LONGEST_NEEDLE) }
}

/** Bytes in all ranges together. */
export function totalLength(ranges: readonly Uint8Array[]): number {
  return ranges.reduce((sum, { length }) => sum + length, 0)
}
