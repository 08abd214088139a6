// The allocated space that a killed memory-mapped writer leaves behind its last line when it kept no queue file, which
// would tell where the content ends. Called when the next memory-mapped writer opens the log, under its lock.

import { fstatSync, ftruncateSync, readSync } from 'node:fs'
import { NEWLINE } from '../constants.js'
import { WINDOW_BYTES } from './mmap-sink.js'

const READ_BYTES: number = 64 * 1024

/**
 * Cuts the NULs at the end of the file, if they can only be a killed writer's: the file ends where a window ends, and
 * they begin at the beginning of a line within that window. All else stays as it is.
 */
export function cutNulTail(fd: number): void {
  const { size } = fstatSync(fd)
  if (size === 0 || size % WINDOW_BYTES !== 0) return
  const end = contentEnd(fd, size)
  if (end !== null && end < size) ftruncateSync(fd, end)
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
