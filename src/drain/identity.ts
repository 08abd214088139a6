// Which thread is this, and is that one still alive? Node does not say when a worker is terminated, but Linux does:
// /proc lists this process's threads. Without that list (other systems, the permission model) a thread counts as
// alive until it says goodbye, or until Node reports its end.

import { readlinkSync, statSync } from 'node:fs'
import { threadId } from 'node:worker_threads'

/** Identity of the calling thread: the kernel's id where it is known, otherwise a negative number. */
export const currentThread: number = kernelThreadId() ?? -(threadId + 1)

/** False only if the thread has certainly ended. */
export function isThreadAlive(thread: number): boolean {
  if (thread <= 0) return true
  try {
    if (isListed(thread)) return true
    // A list without this thread is not ours: the process has left its /proc (chroot), or may not see it.
    return !isListed(currentThread)
  } catch {
    return true // no permission to look, no descriptor, no stack left: not a sign of death
  }
}

/** Throws unless the kernel says yes or no. */
function isListed(thread: number): boolean {
  return statSync(`/proc/self/task/${thread}`, { throwIfNoEntry: false }) !== undefined
}

function kernelThreadId(): number | null {
  try {
    const link = readlinkSync('/proc/thread-self') // '<pid>/task/<tid>'
    const id = Number(link.slice(link.lastIndexOf('/') + 1))
    return Number.isInteger(id) && id > 0 ? id : null
  } catch {
    return null // not Linux, no /proc, or no permission to read it
  }
}
