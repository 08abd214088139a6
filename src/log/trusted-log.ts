// Opening a log whose folder other users may write to: by a recovery, and when its path is opened again. Neither may write,
// with the rights of this process, where somebody else's link leads.

import { closeSync, constants, fstatSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { systemErrorCode } from '../errors.js'
import { process } from '../runtime.js'

export const ROOT = 0
export const WRITABLE_BY_OTHERS = 0o022

/** A file that must not be trusted; the message says why. */
export class RefusedFile extends Error {}

/**
 * Opens a log, with the flags it passes added. In a folder that other users may write to, the log must be a regular file with
 * one name, and belong to this user, to root or to the owner of the folder.
 * @param formerOwner - a user who owned the log before: may own this one too
 * @throws RefusedFile, or the system error
 */
export function openTrusted(log: string, open: (flags: number) => number, formerOwner?: number): number {
  const folder = statSync(dirname(log))
  const isShared = !isOurs(folder.uid) || (folder.mode & WRITABLE_BY_OTHERS) !== 0
  const reason = 'the log is a link, in a folder that other users may write to'
  const fd = isShared ? refuseLinks(reason, () => open(constants.O_NOFOLLOW)) : open(0)
  try {
    const stats = fstatSync(fd)
    if (!stats.isFile()) throw new Error(`${log} is not a regular file any more`)
    if (!isShared) return fd
    if (stats.nlink > 1) throw new RefusedFile(`the log has ${stats.nlink} names (hard links)`)
    if (isOurs(stats.uid) || stats.uid === folder.uid || stats.uid === formerOwner) return fd
    throw new RefusedFile(`the log belongs to user ${stats.uid}, who does not own its folder`)
  } catch (error) {
    closeSync(fd)
    throw error
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
