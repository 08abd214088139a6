// The allocated space that a killed memory-mapped writer leaves behind its last line when there is no queue file, which
// would say where the content ends. Called when a writer opens the log, and by `recover`.

import { fstatSync, ftruncateSync, readSync } from 'node:fs'
import { NEWLINE } from '../constants.js'
import { loadLibc } from '../native/libc.js'
import { lockSoon } from '../native/lock.js'
import { WINDOW_BYTES } from './mmap-sink.js'
import { withReader } from './reader.js'

const READ_BYTES: number = 64 * 1024

/**
 * Cuts the NULs at the end of the file, if they can only be a killed writer's: the file ends where a window ends, and
 * they begin at the beginning of a line within that window. All else stays as it is.
 * @param holdsLock the caller holds the lock that every memory-mapped writer holds
 */
export function cutNulTail(fd: number, holdsLock: boolean): void {
  if (!mayHaveTail(fd)) return // nearly always
  if (holdsLock) cut(fd)
  else cutUnderLock(fd)
}

function mayHaveTail(fd: number): boolean {
  const stats = fstatSync(fd)
  return stats.isFile() && stats.size > 0 && stats.size % WINDOW_BYTES === 0
}

/** Leaves the file alone where a memory-mapped writer has it open, or where cutting it is not possible. */
function cutUnderLock(fd: number): void {
  const libc = loadLibc()
  try {
    if (!libc.available || !lockSoon(libc, fd)) return // others that start at this moment share it
    try {
      cut(fd)
    } finally {
      libc.unlock(fd)
    }
  } catch {
    // Append-only, or not to be read: lines can be appended behind the NULs all the same.
  }
}

function cut(fd: number): void {
  withReader(fd, (reader) => {
    const { size } = fstatSync(fd)
    if (reader === null || size === 0 || size % WINDOW_BYTES !== 0) return
    const end = contentEnd(reader, size)
    // Others may append at this very moment.
    if (end !== null && end < size && fstatSync(fd).size === size) ftruncateSync(fd, end)
  })
}

/** Where the NULs begin; null if that is not the beginning of a line, or not in the last window. */
function contentEnd(fd: number, size: number): number | null {
  const chunk = Buffer.alloc(READ_BYTES)
  for (let from = size - READ_BYTES; from >= size - WINDOW_BYTES; from -= READ_BYTES) {
    readSync(fd, chunk, 0, READ_BYTES, from)
    const last = chunk.findLastIndex((byte) => byte !== 0)
    if (last !== -1) return chunk[last] === NEWLINE ? from + last + 1 : null
  }
  return isLineEnd(fd, size - WINDOW_BYTES) ? size - WINDOW_BYTES : null
}

/** True if a line ends right before this place. */
function isLineEnd(fd: number, at: number): boolean {
  const before = Buffer.alloc(1)
  return at === 0 || (readSync(fd, before, 0, 1, at - 1) === 1 && before[0] === NEWLINE)
}
