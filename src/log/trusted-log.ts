// Opening a log whose folder other users may write to: by a recovery, and when its path is opened again. Neither may write,
// with the rights of this process, where somebody else's link leads.

import { closeSync, constants, fstatSync, readlinkSync, realpathSync, statSync, type Stats } from 'node:fs'
import { dirname } from 'node:path'
import { systemErrorCode } from '../errors.js'
import { process } from '../runtime.js'

export const ROOT = 0
export const WRITABLE_BY_OTHERS = 0o022
const WRITABLE_BY_ALL = 0o002
const STICKY = 0o1000

/** A file that must not be trusted; the message says why. */
export class RefusedFile extends Error {}

/** What is known of a log that was open before. */
export interface Before {
  /** A user who may own it. */
  readonly owner?: number
  /** Where it was, with all links followed. */
  readonly path: string
}

/**
 * Opens a log, with the flags it passes added. In a folder that other users may replace or write to, the log must be a regular
 * file with one name, belong to this user, to root or to the owner of the folder, and be where it was before.
 * @throws RefusedFile, or the system error
 */
export function openTrusted(log: string, open: (flags: number) => number, before?: Before): number {
  const isShared = isSharedFolder(dirname(log))
  const reason = 'the log is a link, in a folder that other users may write to'
  const fd = isShared ? refuseLinks(reason, () => open(constants.O_NOFOLLOW)) : open(0)
  try {
    const stats = fstatSync(fd)
    if (!stats.isFile()) throw new Error(`${log} is not a regular file any more`)
    if (isShared) expectTrusted(stats, statSync(dirname(log)).uid, before?.owner)
    if (isShared && before !== undefined && isElsewhere(fd, before.path))
      throw new RefusedFile(`${log} leads elsewhere now, by way of a folder that another user may replace`)
    return fd
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

function expectTrusted({ uid, nlink }: Stats, folderOwner: number, formerOwner?: number): void {
  if (nlink > 1) throw new RefusedFile(`the log has ${nlink} names (hard links)`)
  if (isOurs(uid) || uid === folderOwner || uid === formerOwner) return
  throw new RefusedFile(`the log belongs to user ${uid}, who does not own its folder`)
}

/**
 * True if other users may create files in the folder, or put another one, or a link, in its place. False where Node's permission
 * model does not let this process look at the folders: it allows the file itself.
 */
export function isSharedFolder(folder: string): boolean {
  try {
    return isWritableByOthers(folder, false) || mayBeReplaced(folder) || mayBeReplaced(realpathSync(folder))
  } catch (error) {
    if (systemErrorCode(error) === 'ERR_ACCESS_DENIED') return false
    throw error
  }
}

/** By the way of the path itself: a folder that is a link belongs to the folder that it is in. */
function mayBeReplaced(folder: string): boolean {
  for (let at = folder; at !== dirname(at); at = dirname(at))
    if (isWritableByOthers(dirname(at), true)) return true
  return false
}

/** @param mayBeSticky only the owner of an entry renames it in a sticky folder */
function isWritableByOthers(folder: string, mayBeSticky: boolean): boolean {
  const { uid, gid, mode } = statSync(folder)
  if (mayBeSticky && (mode & STICKY) !== 0 && isOurs(uid)) return false
  const ofOthers = gid === ROOT ? WRITABLE_BY_ALL : WRITABLE_BY_OTHERS // root's group is root
  return !isOurs(uid) || (mode & ofOthers) !== 0
}

/** True if the open file is certainly not at this path, which has no links: a folder of the path was replaced by one. */
export function isElsewhere(fd: number, path: string): boolean {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`) !== path
  } catch {
    return false
  }
}

/** Opens with O_NOFOLLOW; with `reason`, the error says what that means. */
export function refuseLinks(reason: string, open: () => number): number {
  try {
    return open()
  } catch (error) {
    if (systemErrorCode(error) === 'ELOOP') throw new RefusedFile(reason, { cause: error })
    throw error
  }
}

export function effectiveUser(): number {
  return process.geteuid?.() ?? ROOT // Windows has no users
}

/** What this user or root owns, nobody else can change. */
function isOurs(uid: number): boolean {
  return uid === effectiveUser() || uid === ROOT
}
