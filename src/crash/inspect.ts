// Is this queue file what it says? Reads it with read(2) before anything is mapped, and believes nothing: a torn
// header, another version, impossible measures or positions must never be followed.

import { fstatSync, readSync } from 'node:fs'
import {
  geometryOf,
  H_BYTE_LIMIT,
  H_CLAIM_BYTES,
  H_CLAIM_DONE,
  H_CLAIM_LANE,
  H_CLAIM_LINES,
  H_CLAIM_SOURCE,
  H_COPIED_CLAIMS,
  H_DATA_CAPACITY,
  H_LANES,
  H_LANES_USED,
  H_LINE_CAPACITY,
  H_LINE_LIMIT,
  H_MAGIC,
  H_VERSION,
  CLAIM_FROM_OVERFLOW,
  L_HEAD,
  L_TAIL,
  LANE_HEADER_BYTES,
  laneOffset,
  LAYOUT_VERSION,
  MAGIC,
  memoryBytes,
  PAGE_BYTES,
  type Geometry,
} from '../queue/layout.js'
import { readGeometry } from '../queue/memory.js'

/** What a queue file is: sound, never finished, or damaged and how. */
export type Inspection =
  | { readonly is: 'sound'; readonly geometry: Geometry }
  | { readonly is: 'unborn' }
  | { readonly is: 'damaged'; readonly reason: string }

/** Looks at the whole of an open queue file. */
export function inspect(fd: number): Inspection {
  const { size } = fstatSync(fd)
  const header = wordsAt(fd, 0, PAGE_BYTES)
  if (header[H_MAGIC] !== MAGIC) {
    // The magic is written last: without it nothing was ever handed over.
    return header.every((word) => word === 0) || header[H_VERSION] === LAYOUT_VERSION
      ? { is: 'unborn' }
      : damaged('it does not begin like a queue file')
  }
  if (header[H_VERSION] !== LAYOUT_VERSION)
    return damaged(`its version is ${header[H_VERSION]}, not ${LAYOUT_VERSION}`)
  const geometry = readGeometry(header.buffer)
  if (!isPossible(geometry, header)) return damaged('its measures are impossible')
  if (size !== memoryBytes(geometry))
    return damaged(`it has ${size} bytes instead of ${memoryBytes(geometry)}`)
  const used = header[H_LANES_USED] ?? 0
  if (used < 0 || used > geometry.lanes)
    return damaged(`it says that ${used} of ${geometry.lanes} lanes are used`)
  for (let lane = 0; lane < used; lane++) {
    const reason = inspectLane(fd, geometry, lane)
    if (reason !== null) return damaged(`lane ${lane}: ${reason}`)
  }
  const reason = inspectClaim(header, geometry)
  return reason === null ? { is: 'sound', geometry } : damaged(reason)
}

function isPossible(geometry: Geometry, header: Int32Array): boolean {
  const { lanes, lineLimit, byteLimit, copiedClaims } = geometry
  if (!(lanes >= 1 && lanes <= 1024 && lineLimit >= 1 && byteLimit >= 1 && byteLimit <= 2 ** 30)) return false
  const expected = geometryOf(lanes, lineLimit, byteLimit, copiedClaims)
  return (
    header[H_LANES] === expected.lanes &&
    header[H_LINE_CAPACITY] === expected.lineCapacity &&
    header[H_DATA_CAPACITY] === expected.dataCapacity &&
    header[H_LINE_LIMIT] === expected.lineLimit &&
    header[H_BYTE_LIMIT] === expected.byteLimit &&
    (header[H_COPIED_CLAIMS] === 0 || header[H_COPIED_CLAIMS] === 1)
  )
}

/** The waiting lines must follow each other and fit the ring. */
function inspectLane(fd: number, geometry: Geometry, lane: number): string | null {
  const start = laneOffset(geometry, lane)
  const words = wordsAt(fd, start, LANE_HEADER_BYTES)
  const head = words[L_HEAD] ?? 0
  const waiting = ((words[L_TAIL] ?? 0) - head) | 0
  if (waiting < 0 || waiting >= geometry.lineCapacity) return `${waiting} lines wait in it`
  const ends = wordsAt(fd, start + LANE_HEADER_BYTES, geometry.lineCapacity * 4)
  const mask = geometry.lineCapacity - 1
  const first = ends[(head - 1) & mask] ?? 0
  let before = 0
  for (let n = 0; n < waiting; n++) {
    const end = ((ends[(head + n) & mask] ?? 0) - first) | 0
    if (end < before || end > geometry.dataCapacity)
      return `line ${n} ends at ${end}, after one that ends at ${before}`
    before = end
  }
  return null
}

function inspectClaim(header: Int32Array, geometry: Geometry): string | null {
  const word = (index: number): number => header[index] ?? 0
  if (word(H_CLAIM_LANE) === 0) return null
  const isPossibleClaim =
    word(H_CLAIM_LANE) > 0 &&
    word(H_CLAIM_LANE) <= geometry.lanes &&
    word(H_CLAIM_LINES) > 0 &&
    word(H_CLAIM_LINES) < geometry.lineCapacity &&
    word(H_CLAIM_DONE) >= 0 &&
    word(H_CLAIM_DONE) <= word(H_CLAIM_BYTES) &&
    (word(H_CLAIM_SOURCE) === CLAIM_FROM_OVERFLOW || word(H_CLAIM_BYTES) <= geometry.dataCapacity)
  return isPossibleClaim ? null : 'what was being written is impossible'
}

function wordsAt(fd: number, position: number, bytes: number): Int32Array {
  const buffer = Buffer.alloc(bytes)
  readSync(fd, buffer, 0, bytes, position)
  return new Int32Array(buffer.buffer, buffer.byteOffset, bytes / 4)
}

function damaged(reason: string): Inspection {
  return { is: 'damaged', reason }
}
