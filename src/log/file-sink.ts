// Writes to a descriptor with write(2) and writev(2): files, pipes, FIFOs, terminals. Used by the line and the
// block writer, on whatever thread holds the consumer's role. Each call hands the kernel whole lines from
// their first byte on, so that several processes can append to one file.

import { systemErrorCode } from '../errors.js'
import { findWritten, guessWritten } from './find-written.js'
import { nodeFs, type LogFs } from './log-fs.js'
import { withReader } from './reader.js'
import type { Found, InterruptedWrite, Sink } from './sink.js'

/** What a descriptor without a disk behind it (a pipe, a terminal) answers to fdatasync. */
const NOTHING_TO_SYNC = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'EROFS'])

/**
 * Longest write to what is no file. A write that blocks shows no progress before it returns, and a slow reader must not
 * be taken for a dead one: within the default limit of 5 s, this is 3 KB/s.
 */
const PART_BYTES: number = 16 * 1024

/** A sink on an open descriptor. */
export class FileSink implements Sink {
  readonly #fd: number
  readonly #fs: LogFs
  /** Asked for at the first use: making a sink cannot fail, using it may. */
  #kind: 'file' | 'other' | null = null

  /** How many bytes a destination that is no file has taken: it keeps no trace of them itself. */
  readonly #streamed: Float64Array

  /** @param streamed shared by all sinks on this descriptor, so that a successor knows what a pipe has taken */
  constructor(fd: number, fs: LogFs = nodeFs, streamed: Float64Array = new Float64Array(1)) {
    this.#fd = fd
    this.#fs = fs
    this.#streamed = streamed
  }

  /** The end of the file: read each time, as others may append to it or cut it. Of a pipe, what it has taken. */
  get position(): number {
    try {
      if (!this.#isFile()) return this.#streamed[0] as number
      return this.#fs.fstatSync(this.#fd).size
    } catch {
      return 0 // closed under us: the write that comes next says so
    }
  }

  get room(): number {
    return Infinity
  }

  place(): number {
    return this.position
  }

  write(ranges: readonly Uint8Array[]): number {
    const [only] = ranges
    if (only !== undefined && !this.#isFile()) return this.#stream(only.subarray(0, PART_BYTES))
    return ranges.length === 1 && only !== undefined
      ? this.#fs.writeSync(this.#fd, only)
      : this.#fs.writevSync(this.#fd, ranges)
  }

  alreadyWritten(write: InterruptedWrite): Found {
    if (!this.#isFile()) return { bytes: this.position - write.position, isAtEnd: true }
    const { size } = this.#fs.fstatSync(this.#fd)
    return withReader(this.#fd, (reader) =>
      reader === null ? guessWritten(size, write) : findWritten(reader, size, write),
    )
  }

  sync(): void {
    try {
      this.#fs.fdatasyncSync(this.#fd)
    } catch (error) {
      if (!NOTHING_TO_SYNC.has(systemErrorCode(error) ?? '')) throw error
      if (this.#isFile()) throw error
    }
  }

  close(): void {
    // The descriptor belongs to the thread that opened it; a file written by write(2) has its exact length.
  }

  abandon(): void {}

  /**
   * The thread may be interrupted as soon as it calls a function again, by a time limit or its end. So the store follows
   * the system call at once. Not writeSync: in Node 20 it calls a function after the system call.
   */
  #stream(part: Uint8Array): number {
    const streamed = this.#streamed
    const before = streamed[0] as number
    streamed[0] = before + this.#fs.writevSync(this.#fd, [part])
    return streamed[0] - before
  }

  #isFile(): boolean {
    this.#kind ??= this.#fs.fstatSync(this.#fd).isFile() ? 'file' : 'other'
    return this.#kind === 'file'
  }
}
