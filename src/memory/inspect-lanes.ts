// What waits in a lane of a queue file, read with read(2): the lines must follow each other, fit the ring and each end
// with its '\n'. Only the oversized line has no bytes in its lane. Used by inspect.ts.

import { readSync } from 'node:fs'
import { NEWLINE } from '../constants.js'
import { CLAIMS_MASK, claimsWord } from '../queue/lane.js'
import { laneOffset, type Geometry } from '../queue/geometry.js'
import { L_CLAIMS, L_HEAD, L_TAIL, L_TAIL_SEEN, LANE_HEADER_BYTES } from '../queue/layout.js'

const CHUNK_BYTES: number = 64 * 1024

/** A lane whose lines are possible. */
export interface LaneSight {
  readonly head: number
  /** How many claims have moved HEAD. */
  readonly claims: number
  /** Byte position at which a waiting line, or the one before HEAD, ends; null if it is none of them. */
  endOf(line: number): number | null
}

/** Looks at what waits in a lane, by the invariants 3 to 7 of layout.ts; half a sentence if it is impossible. `placeless`: its oversized line. */
export function inspectLane(
  fd: number,
  geometry: Geometry,
  lane: number,
  placeless: number | null,
): LaneSight | string {
  const start = laneOffset(geometry, lane)
  const words = wordsAt(fd, start, LANE_HEADER_BYTES)
  const head = words[L_HEAD] ?? 0
  const tail = words[L_TAIL] ?? 0
  const claims = (words[L_CLAIMS] ?? 0) & CLAIMS_MASK
  if (words[L_CLAIMS] !== claimsWord(head, claims)) return 'its first line is not the one that was noted'
  if (((tail - (words[L_TAIL_SEEN] ?? 0)) | 0) < 0) return 'lines that were handed over are not there'
  const waiting = (tail - head) | 0
  if (waiting < 0 || waiting > geometry.lineLimit) return `${waiting} lines wait in it`
  const ends = wordsAt(fd, start + LANE_HEADER_BYTES, geometry.lineCapacity * 4)
  const byteAt = ringReader(fd, start + LANE_HEADER_BYTES + geometry.lineCapacity * 4, geometry.dataCapacity)
  const endOf = (line: number): number => ends[line & (geometry.lineCapacity - 1)] ?? 0
  const first = endOf(head - 1)
  let before = 0
  for (let n = 0; n < waiting; n++) {
    const end = endOf(head + n)
    const length = (end - first) | 0
    if (length < before || length > geometry.dataCapacity)
      return `line ${n} ends at ${length}, after one that ends at ${before}`
    if (length === before && ((head + n) | 0) !== placeless) return `line ${n} has no bytes`
    if (length > before && byteAt(end - 1) !== NEWLINE) return `line ${n} does not end like a line`
    before = length
  }
  return {
    head,
    claims,
    endOf: (line) => (((line - head) | 0) >= -1 && ((tail - line) | 0) > 0 ? endOf(line) : null),
  }
}

/** A lane that was never taken has an empty header. */
export function isUntouched(fd: number, geometry: Geometry, lane: number): boolean {
  return wordsAt(fd, laneOffset(geometry, lane), LANE_HEADER_BYTES).every((word) => word === 0)
}

/** Reads 32-bit words; what the file does not reach is 0. */
export function wordsAt(fd: number, position: number, bytes: number): Int32Array {
  const buffer = new Uint8Array(bytes)
  readSync(fd, buffer, 0, bytes, position)
  return new Int32Array(buffer.buffer)
}

/** The byte at a position of a ring that begins at `start` of the file. Neighbours are read together. */
function ringReader(fd: number, start: number, capacity: number): (position: number) => number | undefined {
  const chunk = new Uint8Array(Math.min(CHUNK_BYTES, capacity))
  let loaded = -1
  return (position) => {
    const offset = position & (capacity - 1)
    const from = offset - (offset % chunk.length)
    if (from !== loaded) readSync(fd, chunk, 0, chunk.length, start + from)
    loaded = from
    return chunk[offset - from]
  }
}
