// Why a log could not be opened and what to do about it, as a sentence behind the system's error. The code of an error
// alone says little: it is compared with what is really there. Runs once, on the thread that opens the log.

import { lstatSync, readlinkSync, statSync, type Stats } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { systemErrorCode } from '../errors.js'

/** What was tried. */
export interface Attempt {
  /** Empty for a descriptor. */
  readonly path: string
  readonly mkdir: boolean
  /** What the file is opened for. */
  readonly access: 'write' | 'read and write'
}

/** The advice for an error, with a '. ' before it; empty where there is none. */
export function adviceOn(error: unknown, attempt: Attempt): string {
  const code = systemErrorCode(error)
  const advice = code === 'ERR_ACCESS_DENIED' ? permissionAdvice(error) : adviceFor(code, attempt)
  return advice === '' ? '' : `. ${advice}`
}

function adviceFor(code: string | undefined, attempt: Attempt): string {
  const { path } = attempt
  switch (code) {
    case 'EISDIR':
      return `Pass the path of a file, for example ${path}/app.log`
    case 'EEXIST':
    case 'ENOTDIR':
      return 'A part of the path is a file where a folder is expected'
    case 'ENOENT':
      return missingAdvice(attempt)
    case 'EACCES':
      return accessAdvice(attempt)
    case 'EPERM':
      return `The file or its folder may be protected against it (see lsattr). ${accessAdvice(attempt)}`
    case 'EROFS':
      return 'The file system is mounted read-only'
    case 'ENXIO':
    case 'ENODEV':
      return deviceAdvice(path)
    case 'ELOOP':
      return 'Symbolic links on the way lead round in a circle'
    case 'ENAMETOOLONG':
      return 'A name may have 255 bytes, and a path 4,095'
    case 'ENOSPC':
      return 'The disk has no room for a new file, or no inodes left (see df -h and df -i)'
    case 'EDQUOT':
      return "The user's quota on this disk is used up"
    case 'ETXTBSY':
      return 'It is a program that is running'
    case 'EMFILE':
      return 'The process has too many open files; raise its limit (ulimit -n)'
    case 'ENFILE':
      return 'The system has too many open files; raise its limit (sysctl fs.file-max)'
    case 'EBADF':
      return 'It is not open in this process'
    default:
      return ''
  }
}

function missingAdvice({ path, mkdir }: Attempt): string {
  const folder = dirname(path)
  if (statsOf(folder) === null) {
    if (!mkdir) return 'The folder does not exist; create it or leave the option mkdir at true'
    return `The folder ${folder} does not exist, and ${nearestFolder(folder)} allows none to be created in it`
  }
  const target = linkTarget(path)
  if (target !== null) return `It is a symbolic link to ${target}, whose folder does not exist`
  return `The file system of ${folder} allows no files to be created in it`
}

function accessAdvice({ path, access }: Attempt): string {
  if (statsOf(path) !== null) return `The user of this process may not ${access} this file`
  const folder = nearestFolder(dirname(path))
  // Where the path leads on below, the folder may not be entered; else nothing may be created in it.
  return isClosed(path)
    ? `The user of this process may not enter the folder ${folder}`
    : `The user of this process may not create files in this folder: ${folder}`
}

function deviceAdvice(path: string): string {
  const stats = statsOf(path)
  if (stats?.isFIFO() === true) return 'It is a FIFO that nobody reads; start the reader first'
  if (stats?.isSocket() === true)
    return 'It is a socket, which cannot be opened like a file; connect to it instead'
  if (path === '/dev/tty') return 'The process has no terminal'
  return 'There is no device behind it'
}

/** For an error of Node's permission model, which carries what it would have allowed. */
function permissionAdvice(error: unknown): string {
  const { permission, resource } = error as { permission?: string; resource?: string }
  const flag = permission === 'FileSystemRead' ? '--allow-fs-read' : '--allow-fs-write'
  return `Start node with ${flag}=${resource ?? 'the folder of the log'}`
}

/** The folder itself, or the first one above it that can be seen. */
function nearestFolder(folder: string): string {
  return statsOf(folder) !== null || dirname(folder) === folder ? folder : nearestFolder(dirname(folder))
}

/** True if not even the question whether it exists is allowed. */
function isClosed(path: string): boolean {
  try {
    statSync(path)
    return false
  } catch (error) {
    return systemErrorCode(error) === 'EACCES'
  }
}

/** Where a symbolic link leads; null if it is none. */
function linkTarget(path: string): string | null {
  try {
    return lstatSync(path).isSymbolicLink() ? resolve(dirname(path), readlinkSync(path)) : null
  } catch {
    return null // only advice depends on it
  }
}

/** Null if it is not there, or may not be looked at. */
function statsOf(path: string): Stats | null {
  try {
    return statSync(path)
  } catch {
    return null // only advice depends on it
  }
}
