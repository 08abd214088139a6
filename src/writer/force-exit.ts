// The last resort at exit. Node waits for its threads before it ends the process, and a thread that hangs inside
// write(2), on a socket nobody reads or a dead network disk, cannot be interrupted: the process would hang for ever.

import { loadLibc } from '../native/libc.js'

/** Ends the process at once with the exit code it was about to have. */
export function endProcessNow(code: number): never {
  const libc = loadLibc()
  if (libc.available) libc.exitNow(code)
  process.kill(process.pid, 'SIGKILL') // without libc the exit code is lost, but not the night
  throw new Error('unreachable: SIGKILL cannot be handled')
}
