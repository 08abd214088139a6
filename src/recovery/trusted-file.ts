// Which queue files a recovery opens. It writes with the rights of its process, so it must not follow what another user has
// planted: a link, a FIFO that blocks, a file that its owner truncates under a mapping. Runs on the thread that recovers.
// What is not trusted is refused by name and stays where it is.

import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  realpathSync,
  statSync,
  type Stats,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { systemErrorCode } from '../errors.js'
import { effectiveUser, RefusedFile, refuseLinks, ROOT, WRITABLE_BY_OTHERS } from '../log/trusted-log.js'

const { O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_RDWR } = constants

/** A user, as the owner of a file. */
export interface Owner {
  readonly uid: number
  readonly gid: number
}

/**
 * Opens a queue file for reading and writing. It must be a regular file with one name, belong to the user of this
 * process, and be writable by this user only.
 * @throws RefusedFile, or the system error
 */
export function openQueueFile(path: string): number {
  expectTrusted(lstatSync(path)) // before it is opened: opening a device may have an effect
  const fd = refuseLinks('it is a link', () => openSync(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY))
  try {
    expectTrusted(fstatSync(fd))
    return fd
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

/** The owner of a queue file that root may recover on behalf of that user; null for every other file. */
export function otherOwner(queue: string): Owner | null {
  if (effectiveUser() !== ROOT) return null
  const stats = lstatSync(queue)
  return stats.isFile() && stats.uid !== ROOT ? { uid: stats.uid, gid: stats.gid } : null
}

/** True if the user owns the log, or, where there is none, its folder. */
export function isOwnerOfLog(uid: number, log: string): boolean {
  const stats = lstatSync(log, { throwIfNoEntry: false }) ?? statSync(dirname(log), { throwIfNoEntry: false })
  return stats?.uid === uid
}

/**
 * Throws RefusedFile unless the log is in this folder. A queue file names its log, but a recovery of a folder changes
 * nothing outside of that folder.
 */
export function expectInFolder(folder: string, queue: string, log: string): void {
  if (dirname(targetOf(log)) === realpathSync(folder)) return
  const advice = `To recover it, run choose-l2 recover --queue-dir ${dirname(queue)} ${log}`
  throw new RefusedFile(`its log ${log} is outside of the folder. ${advice}`)
}

/** The file that a path leads to, whether or not it exists. */
function targetOf(log: string): string {
  try {
    return realpathSync(log)
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error
    if (lstatSync(log, { throwIfNoEntry: false })?.isSymbolicLink() === true) {
      throw new RefusedFile(`its log ${log} is a link that leads nowhere`, { cause: error })
    }
    const folder = dirname(log)
    return join(isThere(folder) ? realpathSync(folder) : folder, basename(log))
  }
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}

function expectTrusted(stats: Stats): void {
  if (!stats.isFile()) throw new RefusedFile(`it is ${kindOf(stats)} and not a regular file`)
  const user = effectiveUser()
  if (stats.uid !== user) {
    throw new RefusedFile(`it belongs to user ${stats.uid}, and this process runs as user ${user}`)
  }
  if ((stats.mode & WRITABLE_BY_OTHERS) !== 0) throw new RefusedFile('other users may write to it')
  if (stats.nlink > 1) throw new RefusedFile(`it has ${stats.nlink} names (hard links)`)
}

function kindOf(stats: Stats): string {
  if (stats.isSymbolicLink()) return 'a link'
  if (stats.isDirectory()) return 'a folder'
  if (stats.isFIFO()) return 'a FIFO'
  if (stats.isSocket()) return 'a socket'
  return 'a device'
}
