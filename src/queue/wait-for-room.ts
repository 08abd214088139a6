// A thread that finds no room in the queue waits here, blocking or not. It sleeps in slices: a lost wake-up, or a
// consumer that dies, costs one slice and never a hang.

import type { Doorbell } from './doorbell.js'

/** Longest single sleep of whoever waits for another thread: how soon its death is noticed. */
export const SLICE_MS = 50

/** What waiting for room needs to know. */
export interface RoomPorts {
  readonly doorbell: Doorbell
  /** True once nobody will make room any more. */
  readonly isOver: () => boolean
  /** Wakes whoever drains. */
  readonly wake: () => void
}

/** There is room, or never will be; or what was seen before a sleep. */
type Outlook = { readonly room: boolean } | { readonly seen: number }

/**
 * Blocks until `hasRoom`; false if there will never be room.
 * @param rest sleeps until room was made, or makes some itself; default: sleeps
 */
export function waitForRoom(
  ports: RoomPorts,
  hasRoom: () => boolean,
  rest: (seen: number) => void = (seen) => ports.doorbell.waitForRoom(seen, SLICE_MS),
): boolean {
  for (;;) {
    const outlook = look(ports, hasRoom)
    if ('room' in outlook) return outlook.room
    rest(outlook.seen)
  }
}

/** As {@link waitForRoom} without blocking the event loop. */
export async function waitForRoomAsync(ports: RoomPorts, hasRoom: () => boolean): Promise<boolean> {
  for (;;) {
    const outlook = look(ports, hasRoom)
    if ('room' in outlook) return outlook.room
    await ports.doorbell.roomAsync(outlook.seen, SLICE_MS)
  }
}

/** Asks for room unless there is some, or never will be. */
function look({ doorbell, isOver, wake }: RoomPorts, hasRoom: () => boolean): Outlook {
  if (hasRoom()) return { room: true } // before asking: what is asked for makes the consumer write
  const seen = doorbell.wantRoom()
  if (hasRoom()) return { room: true }
  if (isOver()) return { room: false }
  wake()
  return { seen }
}
