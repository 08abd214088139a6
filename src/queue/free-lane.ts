// Setting a lane free whose thread has left: the consumer's part. The thread may come back at any moment and take its
// lane again, so that its lines stay in order; from beginFreeing() on it cannot, and waits the microseconds until the
// lane is free, or left as before.

import type { Lane } from './lane.js'
import { L_DROPPED, L_ENQUEUED, L_PUTTING, L_WRITTEN } from './layout.js'
import type { Overflow } from './overflow.js'

/**
 * Sets a lane free that was left and seemed drained, and settles its account. If the consumer dies, the next one does it
 * again.
 * @param lastGap how many lines were dropped after its last line and have no marker yet
 * @returns what it still has to write: its thread may have been back in between
 */
export function freeLane(lane: Lane, overflow: Overflow, lastGap: () => number): 'nothing' | 'lines' | 'gap' {
  if (!lane.beginFreeing()) return 'nothing' // its thread has taken it back
  if (lane.waitingLines() > 0) {
    lane.stopFreeing()
    return 'lines'
  }
  if (lastGap() > 0) return 'gap'
  overflow.abandon(lane.index)
  // A thread that ended between two stores may have counted lines but not published them, or the reverse.
  const open = lane.total(L_ENQUEUED) - lane.total(L_WRITTEN) - lane.total(L_DROPPED)
  if (open > 0) lane.addTo(L_DROPPED, open)
  if (open < 0) lane.addTo(L_ENQUEUED, -open)
  Atomics.store(lane.words, L_PUTTING, 0)
  lane.free()
  return 'nothing'
}
