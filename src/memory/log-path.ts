// Which log a queue belongs to, and by which name it is to be found now. Between the death of a writer and the next
// start a link may lead to the same folder on another way (a new release), or the folder may have another name (moved,
// mounted elsewhere). Nothing is guessed: it is the same path, or the same file beside the same queue.

import { readlinkSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, isAbsolute, join } from 'node:path'
import type { LogNotes } from './log-notes.js'

/** The path of a log with the links of its folder followed. The log itself may be a link that changes daily. */
export function realLogPath(path: string): string {
  try {
    return join(realpathSync(dirname(path)), basename(path))
  } catch {
    return path // there is no such folder
  }
}

/** As many links as the kernel follows in one path (path_resolution(7)). */
const MOST_LINKS = 40

/**
 * True if the path leads through /proc or /dev, as /dev/stdout and links to it do. Such a name means another file to
 * every process: a queue beside it would be recovered into a log of somebody else. /dev/shm is a disk like any other.
 */
export function isKernelPath(path: string): boolean {
  const ahead = namesIn(path)
  let at = '/'
  for (let links = 0; links <= MOST_LINKS;) {
    const name = ahead.shift()
    if (name === undefined) return false
    const next = join(at, name)
    if (next === '/proc' || (next === '/dev' && ahead[0] !== 'shm')) return true
    const target = linkTarget(next)
    if (target === null) {
      at = next
      continue
    }
    links++
    if (isAbsolute(target)) at = '/'
    ahead.unshift(...namesIn(target))
  }
  return false // more links than the kernel would follow: the log could not be opened
}

function namesIn(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.')
}

/** Null for what is no link, is not there, or may not be looked at (by the mode, or under Node's permission model). */
function linkTarget(path: string): string | null {
  try {
    return readlinkSync(path)
  } catch {
    return null
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
