// Reading back a file that is open for writing. Used by whoever has to find out what an interrupted write left in it.

import { closeSync, openSync, readSync } from 'node:fs'
import { systemErrorCode } from '../errors.js'

/** No right to read it, now or later: the mode, the permission model (ERR_...), a system without /proc. */
const NOT_READABLE: ReadonlySet<string | undefined> = new Set([
  'EACCES',
  'EPERM',
  'ENOENT',
  'ENOTDIR',
  'ERR_ACCESS_DENIED',
])

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
