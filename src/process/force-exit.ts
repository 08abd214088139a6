// The last resort at exit. Node waits for its threads before it ends the process. A thread that hangs inside write(2),
// on a socket that nobody reads or on a dead network disk, cannot be interrupted, and the process would never end.

import { loadLibc } from '../native/libc.js'
import { process } from '../runtime.js'

/** Ends the process at once with the exit code it was about to have. */
export function endProcessNow(code: number): never {
  const libc = loadLibc()
  if (libc.available) libc.exitNow(code)
  process.kill(process.pid, 'SIGKILL') // without libc the exit code is lost, but the process ends
  throw new Error('unreachable: SIGKILL cannot be handled')
}
