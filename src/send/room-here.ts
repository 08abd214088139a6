// Waits for room in a queue, blocking, for the two that are not the owner's send(): a put into a queue of the user's,
// and the send of an attached thread. If the writer's owner is this very thread, its host must do the waiting: there may
// be no other thread that makes room, or it dies meanwhile, and only the owner hears of that. Each thread has its own
// registry.

import type { DrainHere } from '../queue/lanes.js'
import { SLICE_MS, waitForRoom, type RoomPorts } from '../queue/wait-for-room.js'
import { heedSignals } from '../process/exit.js'

/** Makes sure that a queue is drained. */
export interface RoomMaker {
  /** Blocks until `hasRoom`; false if the queue has been stopped. */
  waitForRoom(hasRoom: () => boolean): boolean
  readonly drainHere: DrainHere
}

/** By the id of the queue: those whose writer this thread owns. */
const makers = new Map<string, RoomMaker>()

/** This thread owns the writer of the queue, until the returned function is called. */
export function makeRoomHere(id: string, maker: RoomMaker): () => void {
  makers.set(id, maker)
  return () => makers.delete(id)
}

/** Blocks until `hasRoom`; false if there will never be room. */
export function waitForRoomHere(id: string, ports: RoomPorts, hasRoom: () => boolean): boolean {
  const maker = makers.get(id)
  if (maker !== undefined) return maker.waitForRoom(() => hasRoom() || ports.isOver()) && hasRoom()
  return waitForRoom(ports, hasRoom, (seen) => {
    ports.doorbell.waitForRoom(seen, SLICE_MS)
    heedSignals()
  })
}

/** For a thread that waits for a free lane of the queue: only a consumer frees lanes. */
export function drainerHere(id: string): DrainHere {
  return (isDone, ms) => makers.get(id)?.drainHere(isDone, ms) ?? false
}
