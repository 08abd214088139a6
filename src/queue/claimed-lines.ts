// The lines of the current claim, wherever they lie: in the ring, in the in-flight area or in the place of the one line
// that is larger than a ring. Used by the consumer, on the thread that has its role.

import type { Claim } from './claim.js'
import { formatMarker, readMarker } from './drop-marker.js'
import type { Lane } from './lane.js'
import { inFlightBytes, inFlightDataBytes, inFlightEndsBytes, inFlightOffset } from './geometry.js'
import { CLAIM_FROM_IN_FLIGHT, CLAIM_FROM_MARKER, CLAIM_FROM_OVERFLOW, CLAIM_FROM_RING } from './layout.js'
import type { QueueMemory } from './memory.js'
import type { Overflow } from './overflow.js'

/** Where the claim's lines lie and end. Call its methods only while a claim is open. */
export class ClaimedLines {
  /** The dropMarker of the queue. */
  readonly marker: string | null
  /** Room for the bytes of a copied claim; null where claims are written from the ring. */
  readonly inFlight: Buffer | null
  /** Where in it each line of a copied claim ends. */
  readonly inFlightEnds: Int32Array
  readonly #claim: Claim
  readonly #overflow: Overflow
  readonly #lane: () => Lane

  /** @param lane the lane of the claim */
  constructor(memory: QueueMemory, claim: Claim, overflow: Overflow, lane: () => Lane) {
    const { geometry } = memory
    this.marker = readMarker(memory.buffer)
    const area = geometry.copiedClaims
      ? memory.part(inFlightOffset(geometry), inFlightBytes(geometry))
      : new Uint8Array()
    const ends = geometry.copiedClaims ? inFlightEndsBytes(geometry) : 0
    this.inFlightEnds = new Int32Array(area.buffer, area.byteOffset, ends / 4)
    this.inFlight = geometry.copiedClaims
      ? Buffer.from(area.buffer, area.byteOffset + ends, inFlightDataBytes(geometry))
      : null
    this.#claim = claim
    this.#overflow = overflow
    this.#lane = lane
  }

  /** The bytes that are still to be written. */
  rest(): Buffer[] {
    return this.#between(this.#claim.done, this.#claim.bytes)
  }

  /** What the sink has taken of the line that it was interrupted in. */
  piece(): Buffer[] {
    return this.#between(this.endOf(this.wholeLines()), this.#claim.done)
  }

  /**
   * How many lines the sink has taken whole. In place, HEAD has moved behind those that were counted, and the ends
   * before it belong to the producer again.
   */
  wholeLines(): number {
    const { done, bytes, head, lines, source, isFromRing } = this.#claim
    if (done === bytes) return lines
    if (source === CLAIM_FROM_OVERFLOW || source === CLAIM_FROM_MARKER) return 0
    let whole = isFromRing ? (this.#lane().head() - head) | 0 : 0
    let tooMany = lines
    while (tooMany - whole > 1) {
      const middle = (whole + tooMany) >>> 1
      if (this.endOf(middle) <= done) whole = middle
      else tooMany = middle
    }
    return whole
  }

  /** Where in the claim its first `lines` lines end. None end at its beginning, or behind a marker that is whole. */
  endOf(lines: number): number {
    const { start, head, bytes, isFromRing } = this.#claim
    if (lines === this.#claim.lines) return bytes
    if (isFromRing) return (this.#lane().startOf((head + lines) | 0) - start) | 0
    if (lines === 0) return 0
    return this.inFlightEnds[lines - 1] ?? 0
  }

  /** A part of the claim: two pieces where it crosses the end of the ring. */
  #between(from: number, to: number): Buffer[] {
    const { source, start, gap } = this.#claim
    switch (source) {
      case CLAIM_FROM_RING:
        return this.#lane().rangesBetween((start + from) | 0, to - from)
      case CLAIM_FROM_IN_FLIGHT:
        return [(this.inFlight as Buffer).subarray(from, to)] // it is there where claims are copied
      case CLAIM_FROM_OVERFLOW:
        return [this.#overflow.contents().subarray(from, to)]
      default:
        return [formatMarker(this.marker ?? '', gap).subarray(from, to)]
    }
  }
}
