// How much of an interrupted write a file holds. Normally it stands at the noted offset; where other processes append
// to the same file it may stand further on, and there is nothing to go by but the bytes themselves.

import { readSync } from 'node:fs'
import type { Found } from './sink.js'

const COMPARE_BYTES: number = 64 * 1024
const SEARCH_BYTES: number = 1024 * 1024
/** Of a long first line, so much is enough to know it by. */
const LONGEST_NEEDLE = 4096
const NEWLINE = 0x0a

/** Looks for the ranges in a file of `size` bytes, at `position` and behind it. */
export function findWritten(
  fd: number,
  size: number,
  position: number,
  ranges: readonly Uint8Array[],
): Found {
  const bytes = sameBytes(fd, position, ranges)
  if (bytes > 0 || size <= position) return { bytes, isAtEnd: size === position + bytes }
  const found = search(fd, position, size, firstLine(ranges))
  if (found === null) return { bytes: 0, isAtEnd: false }
  const elsewhere = sameBytes(fd, found, ranges)
  return { bytes: elsewhere, isAtEnd: size === found + elsewhere }
}

/** How many leading bytes of the ranges stand in the file from `position` on. */
function sameBytes(fd: number, position: number, ranges: readonly Uint8Array[]): number {
  const read = Buffer.alloc(COMPARE_BYTES)
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

/** The first line of the ranges, as far as it is needed to know it by. */
function firstLine(ranges: readonly Uint8Array[]): Buffer {
  const start = Buffer.concat(ranges.map((range) => range.subarray(0, LONGEST_NEEDLE)))
  const end = start.indexOf(NEWLINE)
  return start.subarray(0, Math.min(LONGEST_NEEDLE, end === -1 ? start.length : end + 1))
}

/** Where the needle first stands in the file from `from` on. */
function search(fd: number, from: number, size: number, needle: Buffer): number | null {
  const piece = Buffer.alloc(SEARCH_BYTES + needle.length)
  for (let at = from; at + needle.length <= size; at += SEARCH_BYTES) {
    const got = readSync(fd, piece, 0, piece.length, at)
    const found = piece.subarray(0, got).indexOf(needle)
    if (found !== -1) return at + found
  }
  return null
}
