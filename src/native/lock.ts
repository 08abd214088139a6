// Taking the lock of a log that somebody may hold for a moment only: a recovery does while it puts lines into it, as
// when `choose-l2 recover` runs while the application starts. A writer holds it for as long as it runs.

import type { Libc } from './libc.js'
import { now } from '../runtime.js'

const PATIENCE_MS = 300
const RETRY_MS = 5

/** As {@link Libc.tryLock}, for some tenths of a second; false if somebody held it all that time. */
export function lockSoon(libc: Libc, fd: number, shared?: 'shared', ms: number = PATIENCE_MS): boolean {
  const deadline = now() + ms
  while (!libc.tryLock(fd, shared)) {
    if (now() >= deadline) return false
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS)
  }
  return true
}

/** Waits for locks as {@link lockSoon}, until the first of them was waited for in vain. */
export class LockPatience {
  #ms = PATIENCE_MS

  lock(libc: Libc, fd: number, shared?: 'shared'): boolean {
    const isLocked = lockSoon(libc, fd, shared, this.#ms)
    if (!isLocked) this.#ms = 0
    return isLocked
  }
}
