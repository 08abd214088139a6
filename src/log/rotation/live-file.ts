// The steps of a rotation on the file system: each one call or a few, all under the lock of the side file. A process may
// be killed before and after each; rotate-log.ts puts them in an order in which the next process can go on.

import fs, { type BigIntStats } from 'node:fs'
import { dirname, join } from 'node:path'
import { systemErrorCode } from '../../errors.js'
import type { Libc, Unavailable } from '../../native/libc.js'
import { effectiveUser, isElsewhere, isSharedFolder } from '../trusted-log.js'
import type { Access, FileIdentity } from './side-page.js'

/** The functions of node:fs that rotation, retention and compression use. Tests end the process between two calls. */
export type RotationFs = Pick<
  typeof fs,
  | 'openSync'
  | 'closeSync'
  | 'readSync'
  | 'writeSync'
  | 'statSync'
  | 'lstatSync'
  | 'fstatSync'
  | 'fchmodSync'
  | 'fchownSync'
  | 'futimesSync'
  | 'fsyncSync'
  | 'readdirSync'
  | 'statfsSync'
  | 'renameSync'
  | 'unlinkSync'
>

/** Node's own: a program may replace its functions. */
export const rotationFs: RotationFs = fs

const { O_APPEND, O_CREAT, O_EXCL, O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = fs.constants
const APPENDING: number = O_WRONLY | O_APPEND | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW
/** Not the bits that make a program run as its owner. */
const PERMISSIONS = 0o777n
const NEWLINE = 10
/** A name is only taken between the listing and the rename if somebody else makes such names. */
const RENAME_ATTEMPTS = 100
/** Not root; or Node's permission model, which has neither call. */
const FORBIDDEN: ReadonlySet<string | undefined> = new Set(['EPERM', 'ERR_ACCESS_DENIED'])
/** The file system or the kernel cannot rename without replacing. */
const CANNOT_KEEP: ReadonlySet<string | undefined> = new Set(['EINVAL', 'ENOSYS', 'ENOTSUP'])

/** How archives are named. */
export interface ArchiveNames {
  /** The name of the next archive, one that is not among the names in the folder. */
  nextName(names: readonly string[], periodStart: number): string
  /** The renames that make the next name free, in their order. Default: none are needed. */
  shiftedNames?(names: readonly string[]): readonly (readonly [from: string, to: string])[]
  /** True for the name of a plain archive. */
  isArchive(name: string): boolean
}

/** Opens the live file for appending. */
export function openForAppending(path: string, port: RotationFs = rotationFs): number {
  return port.openSync(path, APPENDING)
}

/** The file of a path; null if there is none. */
export function fileAt(path: string, port: RotationFs): BigIntStats | null {
  return port.statSync(path, { bigint: true, throwIfNoEntry: false }) ?? null
}

/** The live file, which must exist. */
export function statLive(path: string, port: RotationFs): BigIntStats {
  return port.statSync(path, { bigint: true })
}

export function identityOf(stats: BigIntStats): FileIdentity {
  return { device: stats.dev, inode: stats.ino }
}

export function accessOf(stats: BigIntStats): Access {
  return { mode: Number(stats.mode & PERMISSIONS), uid: Number(stats.uid), gid: Number(stats.gid) }
}

/** Creates the live file, and returns its descriptor. Null if another program was faster, which is as good. */
export function createLive(path: string, mode: number, port: RotationFs): number | null {
  try {
    return port.openSync(path, APPENDING | O_CREAT | O_EXCL, mode)
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error
    return null
  }
}

/**
 * Gives a file without lines the mode and owner of its predecessor, and its header, unless it has them already.
 * @param created - its descriptor, if this process has created it; any other file may be one of ours that the owner of the
 * folder has renamed, and is not given away
 */
export function completeLive(
  path: string,
  created: number | null,
  access: Access | null,
  header: Uint8Array | null,
  port: RotationFs,
): void {
  const fd = created ?? openForAppending(path, port)
  try {
    const stats = port.fstatSync(fd, { bigint: true })
    const isShared = isSharedFolder(dirname(path))
    if (isShared && isElsewhere(fd, path)) throw new Error(`${path} leads elsewhere now`)
    if (access !== null) {
      const isSafe = created !== null || !isShared
      const isEmpty = stats.size === 0n && Number(stats.uid) === effectiveUser()
      if (isSafe) copyAccess(fd, path, access, port)
      else if (isEmpty) copyAccess(fd, path, { ...accessOf(stats), mode: access.mode }, port)
    }
    if (header === null) return
    if (!stats.isFile() || stats.nlink > 1n)
      throw new Error(`${path} is not a regular file, or has other names`)
    if (stats.size === 0n) writeWhole(fd, header, port)
    else if (!endsWithNewline(path, stats, port)) writeWhole(fd, Buffer.of(NEWLINE), port)
  } finally {
    if (created === null) port.closeSync(fd)
  }
}

/**
 * Gives a file a mode and an owner. Only root may give files away, and only those that are where they seem to be: the owner of
 * a folder may have put a link in its place.
 * @param path - by which it was opened: absolute, and no link when the log was opened first
 */
export function copyAccess(fd: number, path: string, { mode, uid, gid }: Access, port: RotationFs): void {
  const now = accessOf(port.fstatSync(fd, { bigint: true }))
  if (isElsewhere(fd, path)) return
  if (now.uid !== uid || now.gid !== gid) unlessForbidden(() => port.fchownSync(fd, uid, gid))
  if (now.mode !== mode) unlessForbidden(() => port.fchmodSync(fd, mode)) // after the owner: chown takes bits away
}

function unlessForbidden(change: () => void): void {
  try {
    change()
  } catch (error) {
    if (!FORBIDDEN.has(systemErrorCode(error))) throw error
  }
}

/** Renames the live file to the next free name, and returns that path. It never replaces a file. */
export function renameToArchive(
  path: string,
  periodStart: number,
  names: ArchiveNames,
  libc: Libc | Unavailable,
  port: RotationFs,
): string {
  const folder = dirname(path)
  for (const [from, to] of names.shiftedNames?.(port.readdirSync(folder)) ?? [])
    shift(join(folder, from), join(folder, to), libc, port)
  for (let attempt = 1; ; attempt++) {
    const to = join(folder, names.nextName(port.readdirSync(folder), periodStart))
    try {
      renameNoReplace(path, to, libc)
      return to
    } catch (error) {
      const code = systemErrorCode(error)
      if (CANNOT_KEEP.has(code)) return renameOverPlaceholder(path, periodStart, names, port)
      if (code !== 'EEXIST' || attempt === RENAME_ATTEMPTS) throw error
    }
  }
}

/** Only one process uses numbered names, and the new one was free. */
function shift(from: string, to: string, libc: Libc | Unavailable, port: RotationFs): void {
  if (!port.lstatSync(from).isFile())
    throw new Error(`${from} is not a regular file, and in the way of an archive`)
  try {
    renameNoReplace(from, to, libc)
  } catch (error) {
    if (!CANNOT_KEEP.has(systemErrorCode(error))) throw error
    port.renameSync(from, to)
  }
}

/** @throws the system error: EEXIST if the new name is taken, one of {@link CANNOT_KEEP} where that is impossible */
export function renameNoReplace(from: string, to: string, libc: Libc | Unavailable): void {
  if (!libc.available) throw Object.assign(new Error(libc.reason), { code: 'ENOSYS' })
  libc.renameNoReplace(from, to)
}

/** Takes the name first, with an empty file. One that a killed process has left is used again. */
function renameOverPlaceholder(
  path: string,
  periodStart: number,
  names: ArchiveNames,
  port: RotationFs,
): string {
  const folder = dirname(path)
  const isEmpty = (name: string): boolean => port.lstatSync(join(folder, name)).size === 0
  const all = port.readdirSync(folder)
  const empty = new Set(all.filter((name) => names.isArchive(name) && isEmpty(name)))
  const name = names.nextName(
    all.filter((other) => !empty.has(other)),
    periodStart,
  )
  const to = join(folder, name)
  if (!empty.has(name)) port.closeSync(port.openSync(to, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600))
  port.renameSync(path, to)
  return to
}

/** After a rotation that got no new live file: gives the archive its old name back. */
export function renameBack(
  archive: string,
  path: string,
  headerBytes: number,
  libc: Libc | Unavailable,
  port: RotationFs,
): void {
  const stats = fileAt(path, port)
  if (stats !== null && stats.size <= headerBytes) port.unlinkSync(path) // ours, incomplete
  try {
    renameNoReplace(archive, path, libc)
  } catch (error) {
    if (!CANNOT_KEEP.has(systemErrorCode(error)) || fileAt(path, port) !== null) throw error
    port.renameSync(archive, path)
  }
}

/** Makes the names in a folder durable. */
export function syncFolder(folder: string, port: RotationFs): void {
  const fd = port.openSync(folder, O_RDONLY)
  try {
    port.fsyncSync(fd)
  } catch (error) {
    if (systemErrorCode(error) !== 'EINVAL') throw error // some file systems cannot sync a folder
  } finally {
    port.closeSync(fd)
  }
}

export function writeWhole(fd: number, bytes: Uint8Array, port: RotationFs): void {
  for (let done = 0; done < bytes.length;) done += port.writeSync(fd, bytes, done, bytes.length - done)
}

function endsWithNewline(path: string, { ino, size }: BigIntStats, port: RotationFs): boolean {
  const fd = port.openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  try {
    if (port.fstatSync(fd, { bigint: true }).ino !== ino) return true // it was replaced meanwhile
    const last = Buffer.alloc(1)
    port.readSync(fd, last, 0, 1, Number(size) - 1)
    return last[0] === NEWLINE
  } finally {
    port.closeSync(fd)
  }
}
