// One producer for each queue and thread, however many handles of the queue the thread has opened: a lane is taken for
// life, as Q has no detach, and is left when the last of them is gone.

import { leaveLane } from '../queue/lanes.js'
import type { Lane } from '../queue/lane.js'
import type { Producer } from '../queue/producer.js'

/** By the id of the queue: two handles that came in two messages share memory, but no object. */
const producers = new Map<string, WeakRef<Producer>>()

const unused = new FinalizationRegistry<{ readonly id: string; readonly lane: Lane }>(({ id, lane }) => {
  leaveLane(lane)
  if (producers.get(id)?.deref() === undefined) producers.delete(id)
})

/** This thread's producer for the queue. */
export function producerFor(id: string, create: () => Producer): Producer {
  const known = producers.get(id)?.deref()
  if (known !== undefined) return known
  const producer = create()
  producers.set(id, new WeakRef(producer))
  unused.register(producer, { id, lane: producer.lane })
  return producer
}
