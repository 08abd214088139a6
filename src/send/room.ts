// Where a thread waits until the queue has room, blocking or not: the one way for the writer's owner, for attached threads
// and for Q. It sleeps in slices: a lost wake-up, or a consumer that dies, costs one slice and never a hang.
//
// If this thread owns the writer, it may have to do the consumer's work itself while it waits: there may be no other
// thread that makes room, or it dies meanwhile, and only the owner hears of that. So each thread has a list of the queues
// whose writers it owns.

import type { Doorbell } from '../queue/doorbell.js'
import type { DrainHere } from '../queue/lanes.js'
import { heedSignals } from '../process/exit.js'
import { SLICE_MS } from '../time-limit.js'

/** Sees to it that a queue is drained: the owner's side of a writer. */
export interface Drainer {
  /** Wakes the draining thread. */
  wake(): void
  readonly drainHere: DrainHere
}

/** By the id of the queue. */
const drainers = new Map<string, Drainer>()

/** This thread owns the writer of the queue, until the returned function is called. */
export function ownHere(id: string, drainer: Drainer): () => void {
  drainers.set(id, drainer)
  return () => drainers.delete(id)
}

/** For a thread that waits for a free lane of the queue: only a consumer frees lanes. */
export function drainerHere(id: string): DrainHere {
  return (isDone, ms) => drainers.get(id)?.drainHere(isDone, ms) ?? false
}

/** There is room, or never will be; or what was seen before a sleep. */
type Outlook = { readonly room: boolean } | { readonly seen: number }

/** The room of one queue, on one thread. */
export class Room {
  readonly #id: string
  readonly #doorbell: Doorbell
  readonly #isOver: () => boolean

  /** @param isOver true once nobody will make room any more */
  constructor(id: string, doorbell: Doorbell, isOver: () => boolean) {
    this.#id = id
    this.#doorbell = doorbell
    this.#isOver = isOver
  }

  /** Wakes the draining thread. */
  wake(): void {
    const drainer = drainers.get(this.#id)
    if (drainer === undefined) this.#doorbell.ring()
    else drainer.wake()
  }

  /** Blocks until `hasRoom`; false if there will never be room. */
  wait(hasRoom: () => boolean): boolean {
    const drainHere = drainerHere(this.#id)
    const isDone = (): boolean => hasRoom() || this.#isOver()
    for (;;) {
      const outlook = this.#look(hasRoom)
      if ('room' in outlook) return outlook.room
      this.#doorbell.ring()
      if (!drainHere(isDone, SLICE_MS)) this.#doorbell.waitForRoom(outlook.seen, SLICE_MS)
      heedSignals()
    }
  }

  /** As {@link wait} without blocking the event loop. */
  async waitAsync(hasRoom: () => boolean): Promise<boolean> {
    for (;;) {
      const outlook = this.#look(hasRoom)
      if ('room' in outlook) return outlook.room
      this.wake()
      await this.#doorbell.roomAsync(outlook.seen, SLICE_MS)
    }
  }

  /** Asks for room unless there is some, or never will be. */
  #look(hasRoom: () => boolean): Outlook {
    if (hasRoom()) return { room: true } // before asking: what is asked for makes the consumer write
    const seen = this.#doorbell.wantRoom()
    if (hasRoom()) return { room: true }
    return this.#isOver() ? { room: false } : { seen }
  }
}
