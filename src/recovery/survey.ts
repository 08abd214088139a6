// A first look at a queue file, before any is recovered: which is the oldest, and which may have left a piece of a line
// at the end of the log. It reads one page, so it is fast for thousands of files. Runs on the thread that recovers.

import { closeSync, fstatSync } from 'node:fs'
import { systemErrorCode } from '../errors.js'
import { loadLibc } from '../native/libc.js'
import { Claim } from '../queue/claim.js'
import { LOG_CREATED_AT_OFFSET, PAGE_BYTES } from '../queue/layout.js'
import { wordsAt } from '../memory/inspect-lanes.js'
import { LogNotes } from '../memory/log-notes.js'
import { RefusedFile } from '../log/trusted-log.js'
import { openQueueFile, otherOwner, type Owner } from './trusted-file.js'

/** What the first look at a queue file shows. */
export interface Sighting {
  readonly queue: string
  /** When the queue was made, as it says itself: a file that was copied or restored is younger than its lines. */
  readonly madeAt: number
  /** Its writer runs, or another process recovers it at this moment, or this process cannot find out. */
  readonly mayBeLive: boolean
  /** Its writer died while it wrote, or left allocated space at the end of the log, or this process cannot find out. */
  readonly mayHaveLeftPiece: boolean
  /** Set if root may recover it on behalf of this user. */
  readonly owner: Owner | null
}

/** Looks at a queue file. Never throws: the recovery that follows meets the same error and reports it. */
export function look(queue: string): Sighting {
  const unknown = { queue, madeAt: Infinity, mayBeLive: true, mayHaveLeftPiece: true, owner: null }
  try {
    const owner = otherOwner(queue)
    return owner === null ? lookInto(queue) : { ...unknown, owner }
  } catch (error) {
    const isNothing = error instanceof RefusedFile || systemErrorCode(error) === 'ENOENT'
    return isNothing ? { ...unknown, mayBeLive: false, mayHaveLeftPiece: false } : unknown
  }
}

function lookInto(queue: string): Sighting {
  const libc = loadLibc()
  const fd = openQueueFile(queue)
  try {
    const mayBeLive = libc.available && (!libc.tryLock(fd) || fstatSync(fd).nlink === 0)
    const header = wordsAt(fd, 0, PAGE_BYTES)
    const madeAt = new Float64Array(header.buffer)[LOG_CREATED_AT_OFFSET / 8] ?? Infinity
    const mayHaveLeftPiece = new Claim(header.buffer).isOpen || new LogNotes(header.buffer).mayHaveTail
    return { queue, madeAt, mayBeLive, mayHaveLeftPiece, owner: null }
  } finally {
    closeSync(fd)
  }
}

/** Oldest first. Not by their difference: of two that cannot be read, it is NaN. */
export function byAge(a: Sighting, b: Sighting): number {
  return a.madeAt === b.madeAt ? 0 : a.madeAt < b.madeAt ? -1 : 1
}
