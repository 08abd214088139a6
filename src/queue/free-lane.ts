// Setting a lane free whose thread has left: the consumer's part. The thread may come back at any moment and take its
// lane again, so that its lines stay in order; from beginFreeing() on it cannot, and waits the microseconds until the
// lane is free, or left as before.

import type { Lane } from './lane.js'
import { L_DROPPED, L_ENQUEUED, L_PUTTING, L_WRITTEN } from './layout.js'
import type { QueueMemory } from './memory.js'
import { handOverOpenGap } from './open-gap.js'
import type { Overflow } from './overflow.js'

/**
 * Sets a lane free that was left and seemed drained, and settles its account. False if lines wait in it after all: its
 * thread was back in between, or left a gap that is told of now. Wherever the consumer dies, the next may do it again.
 */
export function freeLane(memory: QueueMemory, lane: Lane, overflow: Overflow): boolean {
  if (!lane.beginFreeing()) return true // its thread has taken it back
  if (lane.waitingLines() > 0 || handOverOpenGap(memory, lane)) {
    lane.stopFreeing()
    return false
  }
  overflow.abandon(lane.index)
  // A thread that was terminated between two stores may leave lines that were counted but never published.
  const open = lane.total(L_ENQUEUED) - lane.total(L_WRITTEN) - lane.total(L_DROPPED)
  if (open !== 0) lane.addTo(L_DROPPED, open)
  Atomics.store(lane.words, L_PUTTING, 0)
  lane.free()
  return true
}
