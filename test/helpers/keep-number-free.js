// Closes a descriptor whose number then stays free. The kernel gives out the lowest free number, and Node opens some of its
// own at any moment (io_uring, an event loop). A write to such a one fails in another way than a write to a closed one.

import { openSync } from 'node:fs'

const SPARE = 32

/** Call before the descriptor is opened. Returns a function that closes it, and with it lower ones for Node to take. */
export function keepNumberFree(close) {
  const spare = Array.from({ length: SPARE }, () => openSync('/dev/null', 'r'))
  return (fd) => {
    for (const each of spare.splice(0)) close(each)
    close(fd)
  }
}
