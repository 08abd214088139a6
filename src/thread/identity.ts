// Which thread is this, and does that one still live? Node tells nobody when a worker is terminated, but Linux
// does: the kernel's list of this process's threads. Elsewhere threads count as alive until they say goodbye.

import { existsSync, readlinkSync } from 'node:fs'
import { threadId } from 'node:worker_threads'

/** Identity of the calling thread: the kernel's id where it can be had, else a negative number. */
export const currentThread: number = kernelThreadId() ?? -(threadId + 1)

/** False only if the thread has certainly ended. */
export function isThreadAlive(thread: number): boolean {
  return thread <= 0 || existsSync(`/proc/self/task/${thread}`)
}

function kernelThreadId(): number | null {
  try {
    const link = readlinkSync('/proc/thread-self') // '<pid>/task/<tid>'
    const id = Number(link.slice(link.lastIndexOf('/') + 1))
    return Number.isInteger(id) && id > 0 ? id : null
  } catch {
    return null // not Linux, or no /proc
  }
}
