// A queue's memory as a file beside the log, mapped by every thread that uses it. A store into it is a store
// into the page cache: it survives the death of the process and costs no more than one into plain memory.
// The process that made or adopted the file holds its lock, which the kernel drops when that process dies.
// Only its maker opens the file. All other threads use the maker's descriptor, so they work without a right to the
// path: after a change of the user, in a changed root folder, and after the folder was deleted.

import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readlinkSync,
  unlinkSync,
} from 'node:fs'
import { basename } from 'node:path'
import { ChooseL2Error, systemErrorCode } from '../errors.js'
import { loadLibc, type Libc } from '../native/libc.js'
import { lockSoon } from '../native/lock.js'
import { FileMapping } from '../native/mapping.js'
import { ProcessMemory } from '../native/process-memory.js'
import {
  inFlightBytes,
  inFlightOffset,
  laneBytes,
  laneOffset,
  memoryBytes,
  type Geometry,
} from '../queue/geometry.js'
import { H_MAGIC, HEADER_BYTES, LANE_HEADER_BYTES, MAGIC_EMPTY, PAGE_BYTES } from '../queue/layout.js'
import { writeGeometry, type QueueMemory, type SpareMemory } from '../queue/memory.js'

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDWR } = constants
/** Lines may hold secrets: as private as a mail box. */
const QUEUE_FILE_MODE = 0o600

/** A queue in a file, in a form that `postMessage` can carry. */
export interface MappedMemoryHandle {
  readonly kind: 'mapped'
  /** For messages. */
  readonly path: string
  /** The owner's descriptor. Its number may belong to another file once the owner has closed it. */
  readonly fd: number
  /** Which file the descriptor must be of. */
  readonly device: number
  readonly inode: number
  readonly geometry: Geometry
}

/** A queue in a file. */
export class MappedMemory implements QueueMemory {
  readonly geometry: Geometry
  readonly buffer: ArrayBuffer
  readonly handle: MappedMemoryHandle
  readonly #libc: Libc
  readonly #mapping: FileMapping
  readonly spare: SpareMemory | null
  readonly #isOwner: boolean
  #overflow: FileMapping | null = null

  private constructor(
    libc: Libc,
    handle: MappedMemoryHandle,
    isOwner: boolean,
    spare: SpareMemory | null,
    bytes?: number,
  ) {
    this.spare = spare
    this.#libc = libc
    this.#isOwner = isOwner
    this.handle = handle
    this.geometry = handle.geometry
    this.#mapping = mapPart(libc, handle, 0, bytes ?? memoryBytes(handle.geometry))
    if (bytes === undefined) this.#mapping.adviseRandom() // not for one that is read back from the disk
    // Made by koffi over foreign memory, so it is never a SharedArrayBuffer.
    this.buffer = this.part(0, HEADER_BYTES).buffer as ArrayBuffer
  }

  /**
   * Makes a queue file and takes its lock. Throws the system error; nothing is left behind then.
   * @param prepare called before the file counts as one: a process that dies earlier leaves nothing to recover
   */
  static create(path: string, geometry: Geometry, prepare: (buffer: ArrayBuffer) => void): MappedMemory {
    const libc = expectLibc()
    const fd = openSync(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, QUEUE_FILE_MODE)
    let isOurs = false
    try {
      // A strict umask must not keep the next start from reading it. Node's permission model forbids fchmod.
      if ((fstatSync(fd).mode & 0o777) !== QUEUE_FILE_MODE) fchmodSync(fd, QUEUE_FILE_MODE)
      // A recovery that came between the two calls takes the empty file for one that was never finished.
      if (!lockSoon(libc, fd) || fstatSync(fd).nlink === 0) throw new TakenForOrphan(path)
      isOurs = true
      ftruncateSync(fd, memoryBytes(geometry))
      allocate(libc, fd, geometry, 1) // with the lane of the writer's owner
      const memory = new MappedMemory(libc, mappedHandleOf(path, fd, geometry), true, new ProcessMemory(libc))
      prepare(memory.buffer)
      writeGeometry(memory.buffer, geometry)
      return memory
    } catch (error) {
      if (isOurs) unlink(path) // under the lock: otherwise the name may be another file's by now
      closeSync(fd)
      throw error
    }
  }

  /** Maps a queue file that another thread of this process owns. Throws ERR_WRITER_CLOSED if it is closed. */
  static open(handle: MappedMemoryHandle): MappedMemory {
    const libc = expectLibc()
    return new MappedMemory(libc, handle, false, new ProcessMemory(libc))
  }

  /**
   * Maps a queue file whose owner is dead. The descriptor, which must hold the lock, passes to this object.
   * Throws the system error where the disk has no room for a file that a copy or a restore has made sparse.
   */
  static adopt(path: string, fd: number, geometry: Geometry, lanesUsed: number): MappedMemory {
    const libc = expectLibc()
    // Only what is used: with thousands of orphans, mapping all lanes of each keeps the garbage collector busy.
    const bytes = geometry.copiedClaims ? memoryBytes(geometry) : laneOffset(geometry, lanesUsed)
    if (geometry.copiedClaims) allocate(libc, fd, geometry, lanesUsed)
    else libc.allocate(fd, 0, bytes)
    return new MappedMemory(libc, mappedHandleOf(path, fd, geometry), true, null, bytes)
  }

  part(offset: number, bytes: number): Uint8Array {
    return this.#mapping.view(offset, bytes)
  }

  prepareLane(lane: number): void {
    if (lane === 0) return // prepared when the file was made
    try {
      this.#withFd((fd) => this.#libc.allocate(fd, laneOffset(this.geometry, lane), laneBytes(this.geometry)))
    } catch (cause) {
      if (cause instanceof ChooseL2Error) throw cause
      const message = `Expected room on the disk for another thread's queue in ${this.handle.path}`
      throw new ChooseL2Error('ERR_NO_FREE_LANE', message, { cause })
    }
  }

  /** Behind the rest of the file: no other file has to be made, when nothing more may be opened. */
  overflow(bytes: number, isLineThere = false): Buffer {
    const length = Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES
    const start = memoryBytes(this.geometry)
    if (!isLineThere) this.#withFd((fd) => allocateTwice(this.#libc, fd, start, length))
    if (this.#overflow === null || this.#overflow.length < bytes) {
      const larger = mapPart(this.#libc, this.handle, start, length)
      this.#overflow?.release()
      this.#overflow = larger
    }
    return this.#overflow.bytes.subarray(0, bytes)
  }

  /**
   * Deletes the file; what is mapped stays. The mark comes first: where the file cannot be deleted (the process has
   * dropped its privileges), the next start sees that it holds nothing.
   */
  remove(): void {
    Atomics.store(new Int32Array(this.buffer, 0, PAGE_BYTES / 4), H_MAGIC, MAGIC_EMPTY)
    const path = currentPath(this.handle)
    if (path !== null) unlink(path)
  }

  /** Unmaps. The views stay valid and show zeros; with `remove`, the file is deleted first. */
  release(remove: boolean): void {
    if (remove) this.remove()
    this.#mapping.release()
    this.#overflow?.release()
    if (this.#isOwner) closeSync(this.handle.fd)
  }

  unmap(): void {
    this.#mapping.unmap()
    this.#overflow?.unmap()
  }

  /** As {@link unmap}, with the descriptor: for a recovery, after which nobody has a view. */
  abandon(): void {
    this.unmap()
    closeSync(this.handle.fd)
  }

  /** Changes the file through a descriptor that nobody else can close meanwhile. */
  #withFd(change: (fd: number) => void): void {
    if (this.#isOwner) return change(this.handle.fd)
    const fd = duplicate(this.#libc, this.handle)
    try {
      expectSame(fd, this.handle)
      change(fd)
    } finally {
      if (fd !== this.handle.fd) this.#libc.close(fd)
    }
  }
}

/** Another process was quicker to lock the file that was just made: it thinks that its maker died. */
export class TakenForOrphan extends Error {
  constructor(path: string) {
    super(`${path} was taken for an orphan`)
  }
}

function mappedHandleOf(path: string, fd: number, geometry: Geometry): MappedMemoryHandle {
  const { dev, ino } = fstatSync(fd)
  return { kind: 'mapped', path, fd, device: dev, inode: ino, geometry }
}

/**
 * Maps a part of the file. The owner may close the descriptor at any moment, and its number may become another file's:
 * nothing is touched before it is certain that the right file was mapped.
 */
function mapPart(libc: Libc, handle: MappedMemoryHandle, offset: number, length: number): FileMapping {
  const mapping = new FileMapping(libc, length)
  try {
    expectSame(handle.fd, handle)
    mapping.moveTo(handle.fd, offset)
    expectSame(handle.fd, handle)
    return mapping
  } catch (error) {
    mapping.release()
    throw error
  }
}

/** Throws ERR_WRITER_CLOSED if the descriptor is no longer the queue's. */
function expectSame(fd: number, { path, device, inode }: MappedMemoryHandle): void {
  try {
    const { dev, ino } = fstatSync(fd)
    if (dev === device && ino === inode) return
  } catch (cause) {
    throw closed(path, cause)
  }
  throw closed(path)
}

function closed(path: string, cause?: unknown): ChooseL2Error {
  const message = `Expected an open writer, but its queue ${path} is closed`
  return new ChooseL2Error('ERR_WRITER_CLOSED', message, { cause })
}

/** A descriptor of this thread's own; where the process has none left, the owner's. */
function duplicate(libc: Libc, { fd, path }: MappedMemoryHandle): number {
  try {
    return libc.duplicate(fd)
  } catch (error) {
    if (systemErrorCode(error) === 'EMFILE') return fd
    throw closed(path, error)
  }
}

/** Gives everything that is stored into its disk space. */
function allocate(libc: Libc, fd: number, geometry: Geometry, lanesUsed: number): void {
  libc.allocate(fd, 0, laneOffset(geometry, lanesUsed))
  for (let lane = lanesUsed; lane < geometry.lanes; lane++) {
    // Even a look at a lane's state would kill the process where a full disk cannot give the page (tmpfs).
    libc.allocate(fd, laneOffset(geometry, lane), LANE_HEADER_BYTES)
  }
  if (geometry.copiedClaims) libc.allocate(fd, inFlightOffset(geometry), inFlightBytes(geometry))
}

/**
 * Gives a line its disk space if there is as much again: otherwise the log, which is usually on the same disk, could
 * never take the line, and no other line either. What is behind `start` belongs to the caller: others may have mapped
 * it, but they only touch it while their own line is there.
 */
function allocateTwice(libc: Libc, fd: number, start: number, length: number): void {
  let end = start // a disk that is full keeps what it could allocate (ext4, xfs), and the log needs it
  try {
    libc.allocate(fd, start, 2 * length)
    end = start + length
  } finally {
    ftruncateSync(fd, end)
  }
}

function expectLibc(): Libc {
  const libc = loadLibc()
  if (!libc.available) throw new Error(`Expected memory mapping to be available: ${libc.reason}`)
  return libc
}

/** Where the file is now: its folder may have been renamed. Null if it is gone: another writer may have taken its name. */
function currentPath(handle: MappedMemoryHandle): string | null {
  try {
    if (lstatSync(handle.path, { throwIfNoEntry: false })?.ino === handle.inode) return handle.path
    expectSame(handle.fd, handle)
    const path = readlinkSync(`/proc/self/fd/${handle.fd}`)
    return basename(path) === basename(handle.path) ? path : null // not one that was renamed itself
  } catch {
    return null // closed, or not to be found out: no /proc, no right to the folder
  }
}

function unlink(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // Gone already, or this user may not: a file that holds nothing is removed by the next start that may.
  }
}
