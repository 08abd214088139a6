// Gaps that were open when a writer died: lines had been refused, and no line came after them that could have carried
// the marker. What the user's dropMarker said is in the queue file (queue/drop-markers.ts). Used by recover.ts.

import { Lane } from '../queue/lane.js'
import { Producer } from '../queue/producer.js'
import type { MappedMemory } from './mapped-memory.js'

/**
 * Puts the markers into the queue as its last lines; call when everything else is written. With the line TAIL moves,
 * and the marker stands before it no more: a recovery that is killed here leaves a line like any other, once.
 */
export function handOverOpenGaps(memory: MappedMemory, lanesUsed: number): void {
  if (memory.geometry.copiedClaims) return // where the oldest lines go, a gap always has a line after it
  for (let index = 0; index < lanesUsed; index++) {
    const lane = new Lane(memory, index)
    const marker = lane.markers.readFor(lane.tail())
    if (marker !== null) new Producer(memory, lane).pushBytes(marker.subarray(0, -1))
  }
}
