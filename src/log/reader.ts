// Reading back a file that is open for appending: recovery, and a thread that takes over from a dead one, must find out
// how much of an interrupted write reached it.

import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { systemErrorCode } from '../errors.js'

const { O_APPEND, O_NOCTTY, O_RDWR } = constants

/** No right to read it, now or later: the mode, the permission model (ERR_...), a system without /proc. */
const NOT_READABLE: ReadonlySet<string | undefined> = new Set([
  'EACCES',
  'EPERM',
  'ENOENT',
  'ENOTDIR',
  'ERR_ACCESS_DENIED',
])

/**
 * Opens a regular file that is open for appending for reading too, and closes the old descriptor. So no second one is
 * needed later, when there may be none left. Not by its path: a FIFO that is open for both would be its own reader.
 * Returns the old descriptor where it is no such file or may not be read.
 */
export function alsoForReading(fd: number): number {
  if (!fstatSync(fd).isFile()) return fd
  let both: number
  try {
    both = openSync(`/proc/self/fd/${fd}`, O_RDWR | O_APPEND | O_NOCTTY)
  } catch {
    return fd // withReader asks again, and says why it cannot be read
  }
  closeSync(fd)
  return both
}

/**
 * Passes on a descriptor to read the open file by: itself if it is open for reading. Null if the file may not be read.
 * Throws the system error if it cannot be read just now (EMFILE, ENOMEM, EIO): that says nothing about its content.
 */
export function withReader<T>(fd: number, use: (reader: number | null) => T): T {
  if (isOpenForReading(fd)) return use(fd)
  let reader: number
  try {
    reader = openSync(`/proc/self/fd/${fd}`, 'r')
  } catch (error) {
    if (NOT_READABLE.has(systemErrorCode(error))) return use(null)
    throw error
  }
  try {
    return use(reader)
  } finally {
    closeSync(reader)
  }
}

function isOpenForReading(fd: number): boolean {
  try {
    readSync(fd, new Uint8Array(1), 0, 1, 0)
    return true
  } catch (error) {
    if (systemErrorCode(error) === 'EBADF') return false
    throw error
  }
}
