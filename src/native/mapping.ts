// A window of a file in memory that can be moved. Runs on the thread that made it (another thread maps the
// same file for itself); used by the memory-mapped sink and by queues that live in a file. Its addresses
// never change: a move maps another part of the file over them, so one view serves forever, and no view,
// however old, ever points at memory that is gone. What nobody can view any more is given back.

import { constants } from 'node:buffer'
import { systemErrorCode } from '../errors.js'
import type { Libc } from './libc.js'

/** Addresses that were let go and that a view may still know. With the last view they are given back. */
const unseen = new FinalizationRegistry<() => void>((unmap) => unmap())

/** Called for each of the views that is gone; unmaps with the last. Not in the class: it must not hold the views. */
function unmapping(libc: Libc, address: bigint, length: number, views: number): () => void {
  let left = views
  return () => {
    left--
    if (left <= 0) libc.unmap(address, length)
  }
}

/**
 * A window of `length` bytes onto a file.
 *
 * Touching what the file does not reach, or what the disk has no room for, kills the process (SIGBUS):
 * allocate the range first, and copy with {@link FileMapping.fill} where others may truncate the file.
 */
export class FileMapping {
  /** Bytes of the window. */
  readonly length: number
  readonly #libc: Libc
  #address: bigint | undefined
  #offset: number | undefined
  /** What can be seen of it, by its place. V8 collects garbage by the bytes that are viewed: no more than needed. */
  readonly #views = new Map<string, Buffer>()
  #guarded = true

  /** Reserves the addresses; until {@link FileMapping.moveTo} there is empty memory behind them. */
  constructor(libc: Libc, length: number) {
    if (!Number.isSafeInteger(length) || length <= 0 || length % libc.pageSize !== 0) {
      throw new RangeError(`Expected length to be a multiple of ${libc.pageSize} (a page), got ${length}`)
    }
    // Asking for a view of it would end the process with a fatal error of V8.
    if (length > constants.MAX_LENGTH) {
      throw new RangeError(
        `Expected at most ${constants.MAX_LENGTH} bytes to be mapped at once, got ${length}`,
      )
    }
    this.length = length
    this.#libc = libc
    this.#address = libc.mapAnonymous(length)
  }

  /** Where in the file the window begins; `undefined` before the first move and after the release. */
  get offset(): number | undefined {
    return this.#offset
  }

  /** The window's memory. The same object for the whole life; never transfer its `buffer`. */
  get bytes(): Buffer {
    return this.view(0, this.length)
  }

  /** As {@link FileMapping.bytes}, a part of it. */
  view(start: number, length: number): Buffer {
    const place = `${start} ${length}`
    const known = this.#views.get(place)
    if (known !== undefined) return known
    const view = Buffer.from(this.#libc.view(this.#base() + BigInt(start), length))
    this.#views.set(place, view)
    return view
  }

  /** Shows the part of the file that begins at `offset` (a multiple of the page size). */
  moveTo(fd: number, offset: number): void {
    const base = this.#base()
    this.#offset = undefined
    try {
      this.#libc.mapFile(fd, offset, this.length, base)
    } catch (error) {
      // The kernel may have taken the old mapping away already: leave no hole under a view.
      this.#libc.mapAnonymous(this.length, base)
      throw error
    }
    this.#offset = offset
  }

  /** For what is written from one end to the other: to read ahead takes 2 ms at the first touch of a new file (ext4). */
  adviseRandom(): void {
    this.#libc.adviseRandom(this.#base(), this.length)
  }

  /**
   * Copies `source` to `at` and returns how many bytes arrived: fewer where the file no longer reaches.
   * In a sandbox that forbids the guarded copy it is a plain one, and such a place kills the process.
   */
  fill(at: number, source: Uint8Array): number {
    const base = this.#base()
    if (at < 0 || at + source.byteLength > this.length) {
      throw new RangeError(`Expected ${source.byteLength} bytes at ${at} to fit a window of ${this.length}`)
    }
    if (this.#guarded) {
      try {
        return this.#libc.copyGuarded(base + BigInt(at), source)
      } catch (error) {
        const code = systemErrorCode(error)
        if (code !== 'EPERM' && code !== 'ENOSYS') throw error
        this.#guarded = false
      }
    }
    // Buffer.copy is a memcpy; TypedArray.set on shared memory goes word by word.
    return Buffer.from(source.buffer, source.byteOffset, source.byteLength).copy(this.bytes, at)
  }

  /** Lets go of the file. Twice is fine. Views stay valid: they look at empty memory from then on. */
  release(): void {
    const address = this.#address
    if (address === undefined) return
    const unmap = unmapping(this.#libc, address, this.length, this.#views.size)
    if (this.#views.size > 0) this.#libc.mapAnonymous(this.length, address)
    else unmap()
    for (const { buffer } of this.#views.values()) unseen.register(buffer, unmap)
    this.#address = this.#offset = undefined
  }

  /** As {@link FileMapping.release}, at once and for good: touching a view afterwards kills the process. */
  unmap(): void {
    const address = this.#address
    this.#address = this.#offset = undefined
    if (address !== undefined) this.#libc.unmap(address, this.length)
  }

  #base(): bigint {
    if (this.#address === undefined) throw new Error('This mapping has been released')
    return this.#address
  }
}
