// The names of a log's queue files, and finding them without a look at all other files of the folder: there may be many.
// The first writers of a log take numbered names, which can be asked for one by one. Where all of these are taken, a name
// is random, and a file says that the folder must be listed.
//
//   .app.log.0000000000000000.queue   number 0, and so on
//   .app.log.2b6c9d01b2a40003.queue   of a log with many writers
//   .app.log.queues                   there may be such names; its lock is taken to make one and to delete this file

import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, unlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import { systemErrorCode } from '../errors.js'
import { loadLibc } from '../native/libc.js'
import { uniqueId } from '../unique-id.js'

const { O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants
/** To ask for one takes 2 us. */
const NUMBERS = 32
const DIGITS = 16
const HEX = 16
/** The name of a queue file: after the log, with a number that nobody else has. */
const QUEUE_NAME = /^\.(.+)\.([0-9a-f]{16})\.queue$/s

/** Paths of all queue files in a folder, or of those of one log. Throws where it cannot be read. */
export function queueFilesIn(folder: string, logPath: string | null = null): string[] {
  return readdirSync(folder)
    .filter((name) => {
      const log = QUEUE_NAME.exec(name)?.[1]
      return log !== undefined && (logPath === null || log === basename(logPath))
    })
    .map((name) => join(folder, name))
}

/** As {@link queueFilesIn} for one log, without a list of the folder if that is possible. */
export function findQueueFiles(folder: string, logPath: string): string[] {
  if (!isThere(marker(folder, logPath))) return numbered(folder, logPath).filter(isThere)
  const found = queueFilesIn(folder, logPath)
  if (!found.some(isRandom)) deleteMarker(folder, logPath)
  return found
}

/**
 * Makes a file by the next free name, with `create`, which throws EEXIST if it is there already.
 * @param create must not replace a file
 */
export function createNamed<T>(folder: string, logPath: string, create: (path: string) => T): T {
  for (const path of numbered(folder, logPath)) {
    if (isThere(path)) continue
    try {
      return create(path)
    } catch (error) {
      if (systemErrorCode(error) !== 'EEXIST') throw error
    }
  }
  return underMarker(folder, logPath, () => create(named(folder, logPath, uniqueId())))
}

function numbered(folder: string, logPath: string): string[] {
  return Array.from({ length: NUMBERS }, (_, n) =>
    named(folder, logPath, n.toString(HEX).padStart(DIGITS, '0')),
  )
}

function named(folder: string, logPath: string, digits: string): string {
  return join(folder, `.${basename(logPath)}.${digits}.queue`)
}

function marker(folder: string, logPath: string): string {
  return join(folder, `.${basename(logPath)}.queues`)
}

/** A link counts: a recovery refuses it, and says so. */
function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}

function isRandom(path: string): boolean {
  return parseInt(QUEUE_NAME.exec(basename(path))?.[2] ?? '', HEX) >= NUMBERS
}

/** While the marker is certainly there. */
function underMarker<T>(folder: string, logPath: string, work: () => T): T {
  for (;;) {
    const fd = openSync(marker(folder, logPath), O_RDONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o644)
    try {
      const libc = loadLibc()
      if (libc.available && !libc.tryLock(fd, 'shared')) continue // it is being deleted
      if (fstatSync(fd).nlink > 0) return work()
    } finally {
      closeSync(fd)
    }
  }
}

/** Unless somebody makes a name, or has made one since the look. */
function deleteMarker(folder: string, logPath: string): void {
  const path = marker(folder, logPath)
  try {
    const fd = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    try {
      const libc = loadLibc()
      const isAlone = libc.available && libc.tryLock(fd)
      if (isAlone && !queueFilesIn(folder, logPath).some(isRandom)) unlinkSync(path)
    } finally {
      closeSync(fd)
    }
  } catch {
    // gone, or not ours to delete: the next start lists the folder once more
  }
}
