// One sender for each queue and thread, however many handles of the queue the thread has opened: a lane is taken for
// life, as Q has no detach, and is left when the last of them is gone.

import type { Lane } from '../queue/lane.js'
import { leaveLane } from '../queue/lanes.js'
import type { Sender } from '../send/sender.js'

interface Entry {
  readonly sender: WeakRef<Sender>
  readonly lane: Lane
  isLeft: boolean
}

/** By the id of the queue: two handles that came in two messages share memory, but no object. */
const senders = new Map<string, Entry>()

const unused = new FinalizationRegistry<{ readonly id: string; readonly entry: Entry }>(({ id, entry }) => {
  leave(entry)
  if (senders.get(id) === entry) senders.delete(id)
})

/** This thread's sender for the queue. */
export function senderFor(id: string, create: () => Sender): Sender {
  const known = senders.get(id)
  const living = known?.sender.deref()
  if (living !== undefined) return living
  // It was collected, and the registry has not heard of it yet: its lane is left now, so that lines keep their order.
  if (known !== undefined) leave(known)
  const sender = create()
  const entry = { sender: new WeakRef(sender), lane: sender.producer.lane, isLeft: false }
  senders.set(id, entry)
  unused.register(sender, { id, entry })
  return sender
}

/** Once: the lane may be another thread's by the second time. */
function leave(entry: Entry): void {
  if (!entry.isLeft) leaveLane(entry.lane)
  entry.isLeft = true
}
