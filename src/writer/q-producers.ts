// One producer for each queue and thread, however many handles of the queue the thread has opened: a lane is taken for
// life, as Q has no detach, and is left when the last of them is gone.

import { leaveLane } from '../queue/lanes.js'
import type { Lane } from '../queue/lane.js'
import type { Producer } from '../queue/producer.js'

interface Entry {
  readonly producer: WeakRef<Producer>
  readonly lane: Lane
  isLeft: boolean
}

/** By the id of the queue: two handles that came in two messages share memory, but no object. */
const producers = new Map<string, Entry>()

const unused = new FinalizationRegistry<{ readonly id: string; readonly entry: Entry }>(({ id, entry }) => {
  leave(entry)
  if (producers.get(id) === entry) producers.delete(id)
})

/** This thread's producer for the queue. */
export function producerFor(id: string, create: () => Producer): Producer {
  const known = producers.get(id)
  const living = known?.producer.deref()
  if (living !== undefined) return living
  // It is gone, and this thread was not told yet: with the lane left, its lines and the next ones keep their order.
  if (known !== undefined) leave(known)
  const producer = create()
  const entry = { producer: new WeakRef(producer), lane: producer.lane, isLeft: false }
  producers.set(id, entry)
  unused.register(producer, { id, entry })
  return producer
}

/** Once: the lane may be somebody else's by the second time. */
function leave(entry: Entry): void {
  if (!entry.isLeft) leaveLane(entry.lane)
  entry.isLeft = true
}
