// Opens one queue file under its lock and finds out what it is. Nobody else recovers it, puts it aside or finishes it
// meanwhile. Used by recover.ts and settle-ends.ts.

import { closeSync, fstatSync, realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { loadLibc } from '../native/libc.js'
import type { Orphan } from './drain-orphan.js'
import { inspect } from '../memory/inspect.js'
import { logOf, realLogPath } from '../memory/log-path.js'
import { MappedMemory } from '../memory/mapped-memory.js'
import type { RecoverOptions } from './recovery.js'
import { RefusedFile } from '../log/trusted-log.js'
import { expectInFolder, isOwnerOfLog, openQueueFile } from './trusted-file.js'

/** What a queue file is, under its lock: to be recovered, in use, of another log, empty, or damaged. */
export type FoundQueue =
  | { readonly is: 'orphan'; readonly orphan: Orphan }
  | { readonly is: 'live' | 'foreign' | 'empty' }
  | { readonly is: 'damaged'; readonly reason: string }

/** Passes on what the file is. Throws RefusedFile if it must not be trusted, or the system error. */
export function withQueue<T>(queue: string, options: RecoverOptions, use: (found: FoundQueue) => T): T {
  const libc = loadLibc()
  if (!libc.available) throw new Error(libc.reason)
  const fd = openQueueFile(queue)
  let memory: MappedMemory | null = null
  try {
    if (!libc.tryLock(fd) || fstatSync(fd).nlink === 0) return use({ is: 'live' })
    const inspection = inspect(fd)
    if (inspection.is !== 'sound') return use(inspection)
    const log = logOf(queue, inspection.notes, options.onlyLog)
    if (log === null || isOfOtherFolder(queue, log, options)) return use({ is: 'foreign' })
    expectTrustedLog(queue, log, options)
    memory = MappedMemory.adopt(queue, fd, inspection.geometry, inspection.lanesUsed)
    return use({ is: 'orphan', orphan: { memory, log } })
  } finally {
    if (memory === null) closeSync(fd)
    else memory.abandon() // and with it the descriptor
  }
}

/** True for a queue in a `queueDir` that logs of other folders share. */
function isOfOtherFolder(queue: string, log: string, { onlyFolder }: RecoverOptions): boolean {
  if (onlyFolder === undefined || dirname(queue) === onlyFolder) return false
  return dirname(realLogPath(log)) !== realpathSync(onlyFolder)
}

/** Throws RefusedFile if nobody asked for changes of this log. */
function expectTrustedLog(queue: string, log: string, { onlyFolder, logOwner }: RecoverOptions): void {
  if (onlyFolder !== undefined) expectInFolder(onlyFolder, queue, log)
  if (logOwner !== undefined && !isOwnerOfLog(logOwner, log)) throw new RefusedFile(othersLog(logOwner))
}

/** Why root does not recover a queue file of this user. */
export function othersLog(uid: number): string {
  return `it belongs to user ${uid}, and the log does not`
}
