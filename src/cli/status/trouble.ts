// What is wrong with a writer, seen from outside. Used by `status` and `top`.

import type { QueueStatus } from '../../index.js'
import { lines as counted } from '../numbers.js'

/** Half a sentence about what somebody should look at; `null` if all is well. */
export function troubleOf(queue: QueueStatus): string | null {
  const { state, reason, pending, lastError } = queue
  if (state === 'unreadable') return `cannot be read: ${printable(reason ?? '')}`
  if (state === 'left')
    return pending === 0
      ? 'its process is gone; the next start removes its queue file'
      : `its process is gone and ${counted(pending)} ${pending === 1 ? 'waits' : 'wait'}: run choose-l2 recover`
  if (state === 'stopped') return 'its process is stopped, as by a debugger or SIGSTOP'
  // An error that was retried with success leaves nothing behind.
  if (lastError !== null && pending > 0)
    return `${lastError.during} fails (${lastError.code}), and ${counted(pending)} ${pending === 1 ? 'waits' : 'wait'}`
  return null
}

/** Text of a file that another user may have made, without what a terminal would take for commands. */
export function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are the ones to replace
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd')
}
