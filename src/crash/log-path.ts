// Which log a queue belongs to, and by which name it is to be found now. Between the death of a writer and the next
// start a link may lead to the same folder on another way (a new release), or the folder may have another name (moved,
// mounted elsewhere). Nothing is guessed: it is the same path, or the same file beside the same queue.

import { realpathSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { LogNotes } from './log-notes.js'

/** The path of a log with the links of its folder followed. The log itself may be a link that changes daily. */
export function realLogPath(path: string): string {
  try {
    return join(realpathSync(dirname(path)), basename(path))
  } catch {
    return path // there is no such folder
  }
}

/** The log of a queue, by the name that leads to it now; null if it is another one than `onlyLog`. */
export function logOf(queue: string, notes: LogNotes, onlyLog?: string): string | null {
  const beside = join(dirname(queue), basename(notes.path))
  const log = onlyLog ?? beside
  if (isSamePath(log, notes.path) || (isSamePath(log, beside) && isSameFile(log, notes))) return log
  return onlyLog === undefined ? notes.path : null
}

function isSamePath(a: string, b: string): boolean {
  return a === b || realLogPath(a) === realLogPath(b)
}

function isSameFile(log: string, notes: LogNotes): boolean {
  const stats = statSync(log, { throwIfNoEntry: false })
  return stats !== undefined && notes.isFile(stats)
}
