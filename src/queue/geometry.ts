// The measures of a queue's memory, and where its parts begin: arithmetic on layout.ts.

import { HEADER_BYTES, LANE_HEADER_BYTES, PAGE_BYTES } from './layout.js'

/** The measures of one queue memory; everything else follows from them. */
export interface Geometry {
  /** How many producer threads there can be at once. */
  readonly lanes: number
  /** Slots for line ends in a lane: a power of two, larger than lineLimit. */
  readonly lineCapacity: number
  /** Bytes of ring in a lane: a power of two, at least byteLimit. */
  readonly dataCapacity: number
  /** Lines that may wait in a lane. */
  readonly lineLimit: number
  /** Bytes that may wait in a lane. */
  readonly byteLimit: number
  /**
   * True: the consumer copies what it claims into the in-flight area, so producers may drop the oldest
   * lines at any moment. False: it writes from the ring, and only the consumer moves HEAD.
   */
  readonly copiedClaims: boolean
}

const SMALLEST_RING_BYTES = 64
/** Without a limit in lines there are slots for lines of this length, so that `ends` takes half as much as `data`. */
const SHORT_LINE_BYTES = 8
/** ... and for so many in any case: 64 KB of slots. */
const FEWEST_UNLIMITED = 16 * 1024 - 1

/** The measures for a queue of `lineLimit` lines (0 = as many as can be expected to fit) and `byteLimit` bytes. */
export function geometryOf(
  lanes: number,
  lineLimit: number,
  byteLimit: number,
  copiedClaims: boolean,
): Geometry {
  const dataCapacity = Math.max(SMALLEST_RING_BYTES, powerOfTwoFrom(byteLimit))
  const unlimited = Math.max(FEWEST_UNLIMITED, dataCapacity / SHORT_LINE_BYTES - 1)
  // The shortest line is one byte, its '\n'; more slots than bytes could never be used.
  const limit = Math.min(lineLimit === 0 ? unlimited : lineLimit, byteLimit)
  const lineCapacity = powerOfTwoFrom(limit + 1)
  return { lanes, lineCapacity, dataCapacity, lineLimit: limit, byteLimit, copiedClaims }
}

function powerOfTwoFrom(atLeast: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, atLeast)))
}

export function laneBytes(geometry: Geometry): number {
  return roundToPage(LANE_HEADER_BYTES + geometry.lineCapacity * 4 + geometry.dataCapacity)
}

export function laneOffset(geometry: Geometry, lane: number): number {
  return HEADER_BYTES + lane * laneBytes(geometry)
}

export function inFlightOffset(geometry: Geometry): number {
  return laneOffset(geometry, geometry.lanes)
}

/** The in-flight area holds the ends of a claim's lines, then a whole ring. */
export function inFlightBytes(geometry: Geometry): number {
  return geometry.copiedClaims ? inFlightEndsBytes(geometry) + inFlightDataBytes(geometry) : 0
}

export function inFlightEndsBytes(geometry: Geometry): number {
  return geometry.lineCapacity * 4
}

export function inFlightDataBytes(geometry: Geometry): number {
  return geometry.dataCapacity
}

export function memoryBytes(geometry: Geometry): number {
  return roundToPage(inFlightOffset(geometry) + inFlightBytes(geometry))
}

function roundToPage(bytes: number): number {
  return Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES
}
