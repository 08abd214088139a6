// Writes to a descriptor with write(2) and writev(2): files, pipes, FIFOs, terminals. Used by the line and the
// block writer, on whatever thread holds the consumer's role. Each call hands the kernel whole lines from
// their first byte on, so that several processes can append to one file.

import { closeSync, fdatasyncSync, fstatSync, openSync, readSync, writeSync, writevSync } from 'node:fs'
import { systemErrorCode } from '../errors.js'
import type { Sink } from './sink.js'

/** The `fs` functions this sink uses; tests inject short writes and failing disks here. */
export interface FileSinkFs {
  writeSync(fd: number, bytes: Uint8Array): number
  writevSync(fd: number, ranges: readonly Uint8Array[]): number
  fdatasyncSync(fd: number): void
}

/** What a descriptor without a disk behind it (a pipe, a terminal) answers to fdatasync. */
const NOTHING_TO_SYNC = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'EROFS'])
const COMPARE_BYTES: number = 64 * 1024

/** A sink on an open descriptor. */
export class FileSink implements Sink {
  readonly #fd: number
  readonly #fs: FileSinkFs
  #position: number

  constructor(fd: number, fs: FileSinkFs = { writeSync, writevSync, fdatasyncSync }) {
    const stats = fstatSync(fd)
    this.#fd = fd
    this.#fs = fs
    this.#position = stats.isFile() ? stats.size : 0
  }

  get position(): number {
    return this.#position
  }

  write(ranges: readonly Uint8Array[]): number {
    const [only] = ranges
    const bytes =
      ranges.length === 1 && only !== undefined
        ? this.#fs.writeSync(this.#fd, only)
        : this.#fs.writevSync(this.#fd, ranges)
    this.#position += bytes
    return bytes
  }

  alreadyWritten(ranges: readonly Uint8Array[], position: number): number {
    if (!fstatSync(this.#fd).isFile()) return 0 // a pipe keeps no trace
    let reader: number
    try {
      reader = openSync(`/proc/self/fd/${this.#fd}`, 'r')
    } catch {
      return 0
    }
    try {
      return sameBytes(reader, position, ranges)
    } finally {
      closeSync(reader)
    }
  }

  sync(): void {
    try {
      this.#fs.fdatasyncSync(this.#fd)
    } catch (error) {
      if (!NOTHING_TO_SYNC.has(systemErrorCode(error) ?? '')) throw error
      if (fstatSync(this.#fd).isFile()) throw error
    }
  }

  close(): void {
    // The descriptor belongs to whoever opened it; a file written by write(2) has its exact length.
  }
}

/** How many leading bytes of the ranges stand in the file from `position` on. */
function sameBytes(fd: number, position: number, ranges: readonly Uint8Array[]): number {
  const read = Buffer.alloc(COMPARE_BYTES)
  let same = 0
  for (const range of ranges) {
    for (let at = 0; at < range.length; at += COMPARE_BYTES) {
      const wanted = range.subarray(at, at + COMPARE_BYTES)
      const got = readSync(fd, read, 0, wanted.length, position + same)
      for (let n = 0; n < got; n++) if (read[n] !== wanted[n]) return same + n
      same += got
      if (got < wanted.length) return same
    }
  }
  return same
}
