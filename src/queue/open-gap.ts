// A gap that is still open when its thread is gone: lines had been refused, and no line came after them that could have
// carried the marker. What the user's dropMarker said is in the lane (drop-markers.ts). Used by the consumer for lanes
// whose threads have left, and by recovery for all.

import type { Lane } from './lane.js'
import type { QueueMemory } from './memory.js'
import { Producer } from './producer.js'

/**
 * Puts the marker into the lane as its last line; call when nothing else waits there and nobody else puts anything
 * in. With the line TAIL moves, and the marker stands before it no more: whoever does this twice, does it once.
 */
export function handOverOpenGap(memory: QueueMemory, lane: Lane): boolean {
  if (memory.geometry.copiedClaims) return false // where the oldest lines go, a gap always has a line after it
  const marker = lane.markers.readFor(lane.tail())
  return marker !== null && new Producer(memory, lane).pushBytes(marker.subarray(0, -1))
}
