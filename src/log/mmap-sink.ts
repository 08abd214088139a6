// The sink that copies bytes into a mapped window of the file. Runs on the thread that holds the consumer's
// role; called by the drain loop. Guarantees: what counts is `state.position`, published after each copy, so
// a successor continues at exactly that byte; disk space is allocated before it is touched; a file that
// somebody truncates is continued at its new end; after `close` the file is as long as its content.
//
//     | content of earlier windows | lines ........ | allocated, still NUL | not allocated |
//                                  ^ window         ^ state.position       ^ allocatedEnd  ^ window's end

import { constants } from 'node:os'
import { ChooseL2Error, systemErrorCode } from '../errors.js'
import { loadLibc, systemError, type Libc } from '../native/libc.js'
import { FileMapping } from '../native/mapping.js'
import { totalLength } from './find-written.js'
import { nodeFs, type LogFs } from './log-fs.js'
import type { Found, InterruptedWrite, Sink, SinkState } from './sink.js'

/** What a {@link MmapSink} is made of. */
export interface MmapSinkOptions {
  /** A regular file, open for reading and writing; see `checkMappable`. Stays open at `close`. */
  readonly fd: number
  /** In the queue's memory; its position is the length of the file's real content. */
  readonly state: SinkState
  /** Bytes mapped and allocated at a time, rounded up to whole pages. Default {@link WINDOW_BYTES}. */
  readonly windowBytes?: number
  /** For tests. Default: the C library of this thread. */
  readonly libc?: Libc
  /** For tests. Default: node:fs. */
  readonly fs?: LogFs
}

// 1 GB in pieces of 64 KB on ext4, median of 7: 1.1 GB/s with windows of 1 MiB, 0.9 with 4, 1.3 with 16, 1.6
// with 64, but a crash leaves up to a window of NULs. Pre-faulting (MADV_POPULATE_WRITE) gained 7 % at 16 MiB
// and took the slowest write from 4 to 11 ms, so pages are faulted in as they are reached.
/** Default size of a window, in bytes. */
export const WINDOW_BYTES: number = 16 * 1024 * 1024

/** A disk that refuses a whole window is asked for a quarter of it, and so on down to one page. */
const STEP_DOWN = 4
/** How often one write starts over because the file was truncated in the middle of its copy. */
const MAX_RESTARTS = 10
const NO_ROOM: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** Writes through memory. Another thread may build a new one on the same descriptor and state and go on. */
export class MmapSink implements Sink {
  readonly #fd: number
  readonly #state: SinkState
  readonly #libc: Libc
  readonly #fs: LogFs
  readonly #windowBytes: number
  #window: FileMapping | undefined
  /** Up to where this sink knows the file to be allocated; 0 = it knows nothing. */
  #allocatedEnd = 0
  /** True while the file may be longer than its content; at first a predecessor may have left it so. */
  #mayHaveTail = true

  /** @throws ChooseL2Error `ERR_MMAP_UNAVAILABLE` if the C library is not available on this thread. */
  constructor(options: MmapSinkOptions) {
    const libc = options.libc ?? loadLibc()
    if (!libc.available) {
      const { reason, cause } = libc
      throw new ChooseL2Error('ERR_MMAP_UNAVAILABLE', `Cannot write through memory: ${reason}`, { cause })
    }
    this.#fd = options.fd
    this.#state = options.state
    this.#libc = libc
    this.#fs = options.fs ?? nodeFs
    this.#windowBytes = Math.ceil((options.windowBytes ?? WINDOW_BYTES) / libc.pageSize) * libc.pageSize
  }

  /** Copies what fits the current window. Throws the system error (ENOSPC) if nothing fits the disk. */
  write(ranges: readonly Uint8Array[]): number {
    this.#mayHaveTail = true
    for (let restarts = 0; ; restarts++) {
      const position = this.#findPosition()
      const window = this.#cover(position)
      const room = this.#allocatedEnd - position
      const taken = copyIntoWindow(window, position - (window.offset ?? 0), room, ranges)
      const isWhole = taken === Math.min(room, totalLength(ranges))
      if (isWhole || !this.#wasTruncated()) {
        // The disk has no page although it is allocated: a full copy-on-write disk, or a broken one.
        if (taken === 0 && !isWhole) throw systemError(constants.errno.EIO, 'page fault')
        this.#state.position = position + taken
        return taken
      }
      // The file lost its end during the copy, perhaps the bytes with it: all of them again, at the new end.
      if (restarts === MAX_RESTARTS) throw systemError(constants.errno.EAGAIN, 'page fault')
    }
  }

  get position(): number {
    return this.#state.position
  }

  get room(): number {
    return Infinity
  }

  place(): number {
    return this.position
  }

  /** All of it is written again, to the same place. */
  alreadyWritten({ position }: InterruptedWrite): Found {
    this.#state.position = position
    return { bytes: 0, isAtEnd: true }
  }

  /** On Linux fdatasync also writes the pages dirtied through a shared mapping; msync would add nothing. */
  sync(): void {
    this.#fs.fdatasyncSync(this.#fd)
  }

  /** Cuts the allocated rest off. A second call does nothing; if the cut fails, it tries again. */
  close(): void {
    this.#window?.release()
    this.#window = undefined
    this.#allocatedEnd = 0
    if (!this.#mayHaveTail) return
    const position = this.#findPosition()
    if (this.#fs.fstatSync(this.#fd).size > position) this.#fs.ftruncateSync(this.#fd, position)
    this.#mayHaveTail = false
  }

  abandon(): void {
    this.#window?.release()
    this.#window = undefined
  }

  /** The end of the content; of a file cut shorter (logrotate's copytruncate), the end it has now. */
  #findPosition(): number {
    const { size } = this.#fs.fstatSync(this.#fd)
    if (size < this.#allocatedEnd) this.#allocatedEnd = 0
    const position = this.#state.position
    if (size >= position) return position
    // Writing on at the old place would leave a hole of NULs, as large as all that was cut away. (A cut in
    // the microseconds before an allocation still does: there is no "grow if it is still as long".)
    this.#state.position = size
    return size
  }

  #wasTruncated(): boolean {
    return this.#fs.fstatSync(this.#fd).size < this.#allocatedEnd
  }

  /** The window around the position, with at least one byte allocated behind it. */
  #cover(position: number): FileMapping {
    this.#window ??= new FileMapping(this.#libc, this.#windowBytes)
    const start = position - (position % this.#windowBytes)
    if (position >= this.#allocatedEnd || this.#window.offset !== start) {
      const page = position - (position % this.#libc.pageSize)
      this.#allocatedEnd = this.#allocate(page, start + this.#windowBytes)
      if (this.#window.offset !== start) this.#window.moveTo(this.#fd, start)
    }
    return this.#window
  }

  /** Allocates from `start`, at best to `end`, and returns how far it got. */
  #allocate(start: number, end: number): number {
    const { size } = this.#fs.fstatSync(this.#fd)
    const { pageSize } = this.#libc
    for (let pages = (end - start) / pageSize; ; pages = Math.ceil(pages / STEP_DOWN)) {
      try {
        this.#libc.allocate(this.#fd, start, pages * pageSize)
        return start + pages * pageSize
      } catch (error) {
        this.#trim(size)
        if (pages === 1 || !NO_ROOM.has(systemErrorCode(error))) throw error
      }
    }
  }

  /** A failed allocation may have made the file longer already (ext4 does): undo that. */
  #trim(size: number): void {
    try {
      if (this.#fs.fstatSync(this.#fd).size > size) this.#fs.ftruncateSync(this.#fd, size)
    } catch {
      // The allocation's error is the one to tell, and close() cuts the file in any case.
    }
  }
}

/** Copies as much of the ranges as `room` allows and returns the bytes that arrived. */
function copyIntoWindow(
  window: FileMapping,
  at: number,
  room: number,
  ranges: readonly Uint8Array[],
): number {
  let taken = 0
  for (const range of ranges) {
    const wanted = Math.min(range.byteLength, room - taken)
    if (wanted === 0) continue
    const copied = window.fill(at + taken, wanted === range.byteLength ? range : range.subarray(0, wanted))
    taken += copied
    if (copied < wanted) break
  }
  return taken
}
