// Is this queue file what it says? Reads it with read(2) before anything is mapped, and believes nothing: a torn
// header, another version, impossible measures or positions must never be followed. Whether what waits in the lanes
// is possible is asked in inspect-lanes.ts.

import { fstatSync, readSync } from 'node:fs'
import { NEWLINE } from '../constants.js'
import { checksum } from '../queue/checked-note.js'
import { Claim } from '../queue/claim.js'
import { formatMarker, isMarkerSound, readMarker } from '../queue/drop-marker.js'
import {
  geometryOf,
  inFlightDataBytes,
  inFlightEndsBytes,
  inFlightOffset,
  memoryBytes,
  type Geometry,
} from '../queue/geometry.js'
import {
  CLAIM_FROM_IN_FLIGHT,
  CLAIM_FROM_MARKER,
  CLAIM_FROM_OVERFLOW,
  CLAIM_FROM_RING,
  H_BYTE_LIMIT,
  H_COPIED_CLAIMS,
  H_DATA_CAPACITY,
  H_GEOMETRY_CHECK,
  H_LANES,
  H_LANES_USED,
  H_LINE_CAPACITY,
  H_LINE_LIMIT,
  H_MAGIC,
  H_OVERFLOW_ADDRESS_WORDS,
  H_OVERFLOW_BYTES,
  H_OVERFLOW_CHECK,
  H_OVERFLOW_LINE,
  H_OVERFLOW_STATE,
  H_VERSION,
  HEADER_BYTES,
  LANE_HEADER_BYTES,
  LAYOUT_VERSION,
  MAGIC,
  MAGIC_EMPTY,
  MAX_DATA_CAPACITY,
  MAX_LINE_LIMIT,
  MOST_LANES,
  OVERFLOW_CLAIMED,
  OVERFLOW_LANE_MASK,
  OVERFLOW_LANE_SHIFT,
  OVERFLOW_STATE_MASK,
  OVERFLOW_WAITING,
} from '../queue/layout.js'
import { geometryChecksum, MAX_LINE_BYTES, readGeometry } from '../queue/memory.js'
import { inspectLane, isUntouched, wordsAt, type LaneSight } from './inspect-lanes.js'
import { LogNotes } from './log-notes.js'

/** What a queue file is: sound, empty (never finished, or all of it is written), or damaged and how. */
export type Inspection =
  | {
      readonly is: 'sound'
      readonly geometry: Geometry
      readonly lanesUsed: number
      readonly notes: LogNotes
    }
  | { readonly is: 'empty' }
  | { readonly is: 'damaged'; readonly reason: string }

/** The line that is larger than a ring. */
interface OversizedLine {
  readonly check: number
  readonly address: readonly number[]
  readonly lane: number
  readonly line: number
  readonly bytes: number
}

/** Looks at the whole of an open queue file. */
export function inspect(fd: number): Inspection {
  const header = wordsAt(fd, 0, HEADER_BYTES)
  if (header[H_MAGIC] !== MAGIC) return isEmpty(fd, header) ? { is: 'empty' } : damaged(NO_MAGIC)
  if (header[H_VERSION] !== LAYOUT_VERSION)
    return damaged(`its version is ${header[H_VERSION]}, not ${LAYOUT_VERSION}`)
  const geometry = readGeometry(header.buffer)
  if (!isPossible(geometry, header) || header[H_GEOMETRY_CHECK] !== geometryChecksum(header))
    return damaged('its measures are impossible') // invariant 1
  const { size } = fstatSync(fd)
  if (size < memoryBytes(geometry)) return damaged(`it has ${size} bytes instead of ${memoryBytes(geometry)}`)
  const notes = new LogNotes(header.buffer)
  if (!notes.isSound) return damaged('what it notes about its log is not what was written') // invariant 12
  if (!isMarkerSound(header.buffer)) return damaged('its drop marker is not what was written')
  const used = header[H_LANES_USED] ?? 0
  if (used < 0 || used > geometry.lanes)
    return damaged(`it says that ${used} of ${geometry.lanes} lanes are used`) // invariant 2
  const oversized = oversizedLine(header)
  const lanes: LaneSight[] = []
  for (let lane = 0; lane < used; lane++) {
    const placeless = oversized?.lane === lane ? oversized.line : null
    const sight = inspectLane(fd, geometry, lane, placeless)
    if (typeof sight === 'string') return damaged(`lane ${lane}: ${sight}`)
    lanes.push(sight)
  }
  for (let lane = used; lane < geometry.lanes; lane++) {
    if (!isUntouched(fd, geometry, lane))
      return damaged(`lane ${lane}: it was used, and the header denies it`)
  }
  const reason =
    inspectClaim(fd, readMarker(header.buffer), header, geometry, lanes) ??
    inspectOverflow(fd, memoryBytes(geometry), oversized, lanes)
  if (reason !== null) return damaged(reason)
  return { is: 'sound', geometry, lanesUsed: Math.max(1, used), notes }
}

const NO_MAGIC = 'it does not begin like a queue file'

/**
 * True if nothing waits in it. Its maker marks it so at the end. At the beginning the magic is written last, and the
 * first lane is taken after it: without both, nothing was ever handed over.
 */
function isEmpty(fd: number, header: Int32Array): boolean {
  if (header[H_MAGIC] === MAGIC_EMPTY) return true
  return header[H_MAGIC] === 0 && wordsAt(fd, HEADER_BYTES, LANE_HEADER_BYTES).every((word) => word === 0)
}

function isPossible(geometry: Geometry, header: Int32Array): boolean {
  const { lanes, lineLimit, byteLimit, copiedClaims } = geometry
  if (!(lanes >= 1 && lanes <= MOST_LANES)) return false
  if (!(lineLimit >= 1 && lineLimit <= MAX_LINE_LIMIT)) return false
  if (!(byteLimit >= 1 && byteLimit <= MAX_DATA_CAPACITY)) return false
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

function inspectClaim(
  fd: number,
  marker: string | null,
  header: Int32Array,
  geometry: Geometry,
  lanes: readonly LaneSight[],
): string | null {
  const claim = new Claim(header.buffer)
  if (!claim.isSound) return 'the note of what was being written is damaged'
  const overflowState = (header[H_OVERFLOW_STATE] ?? 0) & OVERFLOW_STATE_MASK
  const isFromOverflow = claim.isOpen && claim.source === CLAIM_FROM_OVERFLOW
  if (overflowState === OVERFLOW_CLAIMED && !isFromOverflow)
    return 'nobody writes its line in the overflow file' // invariant 11
  if (!claim.isOpen) return null
  const lane = lanes[claim.lane]
  const isPossibleClaim =
    lane !== undefined &&
    claim.lines >= 0 &&
    claim.lines < geometry.lineCapacity &&
    claim.done >= 0 &&
    claim.done <= claim.bytes &&
    Number.isSafeInteger(claim.position) &&
    claim.position >= claim.done &&
    isFrom(claim, lane)
  return isPossibleClaim ? null : 'what was being written is impossible'

  function isFrom({ source, bytes, lines, done, serial }: Claim, lane: LaneSight): boolean {
    if (source === CLAIM_FROM_MARKER)
      return lines === 0 && bytes === formatMarker(marker ?? '', claim.gap).length
    if (lines === 0) return false
    if (source === CLAIM_FROM_RING) return !geometry.copiedClaims && isInRing(claim, lane)
    const hasMovedHead = lane.claims === serial
    if (source === CLAIM_FROM_IN_FLIGHT)
      return geometry.copiedClaims && (!hasMovedHead || isInFlight(fd, geometry, claim))
    if (source !== CLAIM_FROM_OVERFLOW || lines !== 1) return false
    // Before the claim moved HEAD and after it is complete, the place may hold another line.
    const isHeld = hasMovedHead && done < bytes
    const isWhole = overflowState === OVERFLOW_CLAIMED && bytes === header[H_OVERFLOW_BYTES]
    return !isHeld || isWhole
  }
}

/** Invariant 9: HEAD is in the claim, or right behind a complete one; what waits of it ends where the claim ends. */
function isInRing({ head, lines, start, bytes, done }: Claim, lane: LaneSight): boolean {
  const counted = (lane.head - head) | 0
  if (counted < 0 || counted > lines) return false
  if (counted === lines) return done === bytes
  const countedBytes = ((lane.endOf(lane.head - 1) ?? 0) - start) | 0
  const end = lane.endOf((head + lines - 1) | 0)
  return end !== null && ((end - start) | 0) === bytes && countedBytes >= 0 && countedBytes <= done
}

/** Invariant 10: the copied lines follow each other and each ends with its '\n'. */
function isInFlight(fd: number, geometry: Geometry, { lines, bytes }: Claim): boolean {
  if (bytes > inFlightDataBytes(geometry)) return false
  const ends = wordsAt(fd, inFlightOffset(geometry), lines * 4)
  const copy = new Uint8Array(bytes)
  readSync(fd, copy, 0, bytes, inFlightOffset(geometry) + inFlightEndsBytes(geometry))
  const isLine = (end: number, n: number): boolean =>
    end > (ends[n - 1] ?? 0) && end <= bytes && copy[end - 1] === NEWLINE
  return ends.every(isLine) && ends.at(-1) === bytes
}

/** The line that is larger than a ring, if it waits or is being written. */
function oversizedLine(header: Int32Array): OversizedLine | null {
  const word = header[H_OVERFLOW_STATE] ?? 0
  const state = word & OVERFLOW_STATE_MASK
  if (state !== OVERFLOW_WAITING && state !== OVERFLOW_CLAIMED) return null
  return {
    lane: (word >>> OVERFLOW_LANE_SHIFT) & OVERFLOW_LANE_MASK,
    line: header[H_OVERFLOW_LINE] ?? 0,
    bytes: header[H_OVERFLOW_BYTES] ?? 0,
    check: header[H_OVERFLOW_CHECK] ?? 0,
    address: [header[H_OVERFLOW_ADDRESS_WORDS] ?? 0, header[H_OVERFLOW_ADDRESS_WORDS + 1] ?? 0],
  }
}

function inspectOverflow(
  fd: number,
  start: number,
  oversized: OversizedLine | null,
  lanes: readonly LaneSight[],
): string | null {
  if (oversized === null) return null
  const { lane, line, bytes, check, address } = oversized
  if (check !== checksum([line, bytes, ...address]))
    return 'the note of its line in the overflow file is damaged'
  if (lanes[lane] === undefined || bytes < 0 || bytes > MAX_LINE_BYTES)
    return 'its oversized line is impossible'
  // Lost with the memory of its process, or known to be lost by a recovery that was killed as well.
  if (bytes === 0 || address.some((word) => word !== 0)) return null
  const last = new Uint8Array(1)
  if (readSync(fd, last, 0, 1, start + bytes - 1) === 0)
    return `it ends before its oversized line of ${bytes} bytes`
  return last[0] === NEWLINE ? null : 'its oversized line has no end'
}

function damaged(reason: string): Inspection {
  return { is: 'damaged', reason }
}
