// Waiting for room, blocking, where another than the owner's send() does it: a put into a queue of the user's, or the
// send of an attached thread. If the writer's owner is this very thread, its host must do the waiting: there may be no
// other thread that makes room, or it dies meanwhile, which only the owner hears of. And as with the owner's send(),
// a signal must be able to end the process. Each thread has its own registry.

import type { DrainHere } from '../queue/lanes.js'
import { SLICE_MS, waitForRoom, type RoomPorts } from '../queue/wait-for-room.js'
import { resumeSignals, suspendSignals } from './signals.js'

/** Who sees to it that a queue is drained. */
export interface RoomMaker {
  /** Blocks until `hasRoom`; false if the queue has been stopped. */
  waitForRoom(hasRoom: () => boolean, onLongWait: () => void): boolean
  doneWaiting(): void
  readonly drainHere: DrainHere
}

/** By the id of the queue: those whose writer this thread owns. */
const makers = new Map<string, RoomMaker>()
/** Sleeps since something began to wait for room. */
let slicesWaited = 0
/** Usually there is room, and nothing to be put back. */
let hasWaited = false

/** This thread owns the writer of the queue, until the returned function is called. */
export function makeRoomHere(id: string, maker: RoomMaker): () => void {
  makers.set(id, maker)
  return () => makers.delete(id)
}

/** Blocks until `hasRoom`; false if there will never be room. Call {@link doneWaitingHere} when the lines are in. */
export function waitForRoomHere(id: string, ports: RoomPorts, hasRoom: () => boolean): boolean {
  const maker = makers.get(id)
  const isRoom =
    maker === undefined
      ? waitForRoom(ports, hasRoom, (seen) => sleep(ports, seen))
      : maker.waitForRoom(() => hasRoom() || ports.isOver(), suspendSignals) && hasRoom()
  hasWaited = true // not before: others hand over meanwhile
  return isRoom
}

/** What was waited for is done, or given up. */
export function doneWaitingHere(id: string): void {
  if (!hasWaited) return
  hasWaited = false
  makers.get(id)?.doneWaiting()
  slicesWaited = 0
  resumeSignals()
}

/** For whoever waits for a free lane of the queue, which takes a consumer as well. */
export function drainerHere(id: string): DrainHere {
  return (isDone, ms) => makers.get(id)?.drainHere(isDone, ms) ?? false
}

function sleep({ doorbell }: RoomPorts, seen: number): void {
  doorbell.waitForRoom(seen, SLICE_MS)
  if (slicesWaited++ === 1) suspendSignals()
}
