// Closes a descriptor whose number then stays free. The kernel gives out the lowest free number, and a thread that starts
// takes some for its event loop: a write to one of those fails with EINVAL, not with EBADF.

import { closeSync, openSync } from 'node:fs'

const SPARE = 32

/** Call before the descriptor is opened. Returns what closes it, and before it lower ones for others to take. */
export function keepNumberFree() {
  const spare = Array.from({ length: SPARE }, () => openSync('/dev/null'))
  return (fd) => [...spare, fd].forEach((each) => closeSync(each))
}
