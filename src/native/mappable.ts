// Whether a log can be written through memory. Runs on the thread that opens a memory-mapped writer, before
// its writer thread exists; called by that writer's constructor. Guarantees that what the mmap sink does
// later was tried once, and that no second mmap writer has the file.

import { fstatSync, ftruncateSync } from 'node:fs'
import { ChooseL2Error, systemErrorCode } from '../errors.js'
import { loadLibc, type Libc, type Unavailable } from './libc.js'
import { lockSoon } from './lock.js'

/**
 * Makes sure that the file can be mapped and takes its lock, which ends when the descriptor is closed.
 *
 * @param fd - an open descriptor, for reading and writing
 * @param path - the name of the log, for messages
 * @throws ChooseL2Error `ERR_MMAP_UNAVAILABLE`: no koffi, not Linux, not a regular file, not open for reading
 * and writing, or a file system that cannot allocate or map; `ERR_FILE_IN_USE`: another memory-mapped writer,
 * of this process or another, has the file. No lock is held afterwards.
 */
export function checkMappable(fd: number, path: string, libc: Libc | Unavailable = loadLibc()): void {
  if (!libc.available) throw unavailable(path, libc.reason, libc.cause)
  const stat = fstatSync(fd)
  if (!stat.isFile()) throw unavailable(path, 'it is not a regular file')
  lock(fd, path, libc)
  try {
    tryAllocating(fd, path, stat.size, libc)
    tryMapping(fd, path, libc)
  } catch (error) {
    libc.unlock(fd)
    throw error
  }
}

// Two memory-mapped writers would overwrite each other's lines.
function lock(fd: number, path: string, libc: Libc): void {
  let locked: boolean
  try {
    locked = lockSoon(libc, fd)
  } catch (cause) {
    throw unavailable(path, 'its file system has no locks', cause)
  }
  if (locked) return
  const holder = 'another memory-mapped writer has it open, or a recovery that takes long'
  throw new ChooseL2Error('ERR_FILE_IN_USE', `Cannot open ${path}: ${holder}`)
}

function tryAllocating(fd: number, path: string, size: number, libc: Libc): void {
  try {
    libc.allocate(fd, size, 1, true)
    ftruncateSync(fd, size) // gives the block beyond the end back
  } catch (cause) {
    // A full disk says that allocating works.
    if (systemErrorCode(cause) === 'ENOSPC' || systemErrorCode(cause) === 'EDQUOT') return
    throw unavailable(path, 'space cannot be allocated in it', cause)
  }
}

function tryMapping(fd: number, path: string, libc: Libc): void {
  try {
    libc.unmap(libc.mapFile(fd, 0, libc.pageSize), libc.pageSize)
  } catch (cause) {
    throw unavailable(path, 'it cannot be mapped', cause)
  }
}

function unavailable(path: string, reason: string, cause?: unknown): ChooseL2Error {
  const code = systemErrorCode(cause)
  const detail = code === undefined ? '' : ` (${code})`
  return new ChooseL2Error(
    'ERR_MMAP_UNAVAILABLE',
    `Cannot write ${path} through memory: ${reason}${detail}. Use writerType: 'block' instead`,
    { cause },
  )
}
