// A queue's memory as a file beside the log, mapped by every thread that uses it. A store into it is a store
// into the page cache: it survives the death of the process and costs no more than one into plain memory.
// Whoever made or adopted it holds the file's lock, which the kernel drops when that process dies.

import { closeSync, constants, fstatSync, ftruncateSync, openSync, statSync, unlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import { ChooseL2Error, systemErrorCode } from '../errors.js'
import { loadLibc, type Libc } from '../native/libc.js'
import { FileMapping } from '../native/mapping.js'
import {
  inFlightBytes,
  inFlightOffset,
  LANE_HEADER_BYTES,
  laneBytes,
  laneOffset,
  memoryBytes,
  PAGE_BYTES,
  type Geometry,
} from '../queue/layout.js'
import { readGeometry, writeGeometry, type QueueMemory } from '../queue/memory.js'
import { makeFolder } from '../sinks/make-folder.js'

const { O_CREAT, O_EXCL, O_RDWR } = constants
/** Lines may hold secrets: as private as a mail box. */
const QUEUE_FILE_MODE = 0o600

/** A queue in a file, in a form that `postMessage` can carry. */
export interface MappedMemoryHandle {
  readonly kind: 'mapped'
  readonly path: string
  /** The inode, so that nobody maps another file of the same name. */
  readonly inode: number
}

/** A queue in a file. */
export class MappedMemory implements QueueMemory {
  readonly geometry: Geometry
  readonly buffer: ArrayBuffer
  readonly handle: MappedMemoryHandle
  readonly #libc: Libc
  readonly #mapping: FileMapping
  /** Open as long as this object holds the lock; -1 in threads that only use the file. */
  readonly #lockFd: number
  #overflow: FileMapping | null = null
  #overflowInode = 0

  private constructor(libc: Libc, path: string, fd: number, isOwner: boolean, geometry: Geometry) {
    this.#libc = libc
    this.#lockFd = isOwner ? fd : -1
    this.handle = { kind: 'mapped', path, inode: fstatSync(fd).ino }
    this.geometry = geometry
    this.#mapping = new FileMapping(libc, memoryBytes(geometry))
    this.#mapping.moveTo(fd, 0)
    // Made by koffi over foreign memory, so it is never a SharedArrayBuffer.
    this.buffer = this.#mapping.bytes.buffer as ArrayBuffer
  }

  /**
   * Makes a queue file and takes its lock. Throws the system error; nothing is left behind then.
   * @param prepare called before the file counts as one: a process that dies earlier leaves nothing to recover
   */
  static create(path: string, geometry: Geometry, prepare: (buffer: ArrayBuffer) => void): MappedMemory {
    const libc = expectLibc()
    const fd = openSync(path, O_RDWR | O_CREAT | O_EXCL, QUEUE_FILE_MODE)
    try {
      // A recovery that came between the two calls takes the empty file for one that was never finished.
      if (!libc.tryLock(fd) || fstatSync(fd).nlink === 0) throw new TakenForOrphan(path)
      ftruncateSync(fd, memoryBytes(geometry))
      allocate(libc, fd, geometry, 1) // with the lane of the writer's owner
      const memory = new MappedMemory(libc, path, fd, true, geometry)
      prepare(memory.buffer)
      writeGeometry(memory.buffer, geometry)
      return memory
    } catch (error) {
      closeSync(fd)
      unlinkIfThere(path)
      throw error
    }
  }

  /** Maps a queue file that another thread of this process owns. */
  static open(handle: MappedMemoryHandle): MappedMemory {
    const fd = openQueue(handle.path)
    try {
      if (fstatSync(fd).ino !== handle.inode) throw gone(handle.path)
      return new MappedMemory(expectLibc(), handle.path, fd, false, geometryIn(fd))
    } finally {
      closeSync(fd)
    }
  }

  /**
   * Maps a queue file whose owner is dead. The descriptor, which must hold the lock, passes to this object.
   * Throws the system error where the disk has no room for a file that a copy or a restore has made sparse.
   */
  static adopt(path: string, fd: number, geometry: Geometry, lanesUsed: number): MappedMemory {
    const libc = expectLibc()
    allocate(libc, fd, geometry, lanesUsed)
    return new MappedMemory(libc, path, fd, true, geometry)
  }

  prepareLane(lane: number): void {
    if (lane === 0) return // prepared when the file was made
    const fd = this.#lockFd === -1 ? openQueue(this.handle.path) : this.#lockFd
    try {
      this.#libc.allocate(fd, laneOffset(this.geometry, lane), laneBytes(this.geometry))
    } catch (cause) {
      const message = `Expected room on the disk for another thread's queue in ${this.handle.path}`
      throw new ChooseL2Error('ERR_NO_FREE_LANE', message, { cause })
    } finally {
      if (fd !== this.#lockFd) closeSync(fd)
    }
  }

  overflow(bytes: number, isLineThere = false): Buffer {
    const length = Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES
    const mapped = this.#overflow
    const isSame = mapped !== null && mapped.length >= length && this.#isOverflowFile(isLineThere)
    return (isSame ? mapped : this.#mapOverflow(length)).bytes.subarray(0, bytes)
  }

  /**
   * Whether what is mapped is what the other threads find by the name. Where that is gone, a line that was put into it
   * is still there; the next one goes to a new file.
   */
  #isOverflowFile(isLineThere: boolean): boolean {
    const inode = inodeOf(overflowPath(this.handle.path))
    return inode === null ? isLineThere : inode === this.#overflowInode
  }

  /** Deletes the files; what is mapped stays. */
  remove(): void {
    // In this order: a queue file without the other is recovered, the other without a queue file never.
    unlinkIfThere(overflowPath(this.handle.path))
    unlinkIfThere(this.handle.path)
  }

  /** Unmaps. The views stay valid and show zeros; with `remove`, the file is deleted first. */
  release(remove: boolean): void {
    if (remove) this.remove()
    this.#mapping.release()
    this.#overflow?.release()
    if (this.#lockFd !== -1) closeSync(this.#lockFd)
  }

  unmap(): void {
    this.#mapping.unmap()
    this.#overflow?.unmap()
  }

  #mapOverflow(length: number): FileMapping {
    const fd = openOverflow(overflowPath(this.handle.path))
    try {
      allocateOrUndo(this.#libc, fd, length)
      const mapping = new FileMapping(this.#libc, length)
      mapping.moveTo(fd, 0)
      this.#overflow?.release()
      this.#overflow = mapping
      this.#overflowInode = fstatSync(fd).ino
      return mapping
    } finally {
      closeSync(fd)
    }
  }
}

/** Another process was quicker to lock the file that was just made: it thinks that its maker died. */
export class TakenForOrphan extends Error {
  constructor(path: string) {
    super(`${path} was taken for an orphan`)
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

/** Its folder may have been deleted since: the threads must find the line by some name, so it is made again. */
function openOverflow(path: string): number {
  makeFolder(dirname(path))
  return openSync(path, O_RDWR | O_CREAT, QUEUE_FILE_MODE)
}

/** A full disk keeps what it could allocate (ext4, xfs), and the log would have no room to be written to. */
function allocateOrUndo(libc: Libc, fd: number, length: number): void {
  const { size } = fstatSync(fd)
  try {
    libc.allocate(fd, 0, length)
  } catch (error) {
    ftruncateSync(fd, size) // nobody has mapped what is behind: only the thread whose line it is makes it longer
    throw error
  }
}

/** The file of the one line that is larger than a ring. */
export function overflowPath(queuePath: string): string {
  return `${queuePath}.overflow`
}

/** Null if there is no such file. */
function inodeOf(path: string): number | null {
  try {
    return statSync(path).ino
  } catch {
    return null
  }
}

function openQueue(path: string): number {
  try {
    return openSync(path, O_RDWR)
  } catch (cause) {
    throw systemErrorCode(cause) === 'ENOENT' ? gone(path, cause) : cause
  }
}

function gone(path: string, cause?: unknown): ChooseL2Error {
  return new ChooseL2Error('ERR_WRITER_CLOSED', `Expected an open writer, but its queue ${path} is gone`, {
    cause,
  })
}

function geometryIn(fd: number): Geometry {
  const mapping = new FileMapping(expectLibc(), PAGE_BYTES)
  mapping.moveTo(fd, 0)
  const geometry = readGeometry(mapping.bytes.buffer)
  mapping.release()
  return geometry
}

function expectLibc(): Libc {
  const libc = loadLibc()
  if (!libc.available) throw new Error(`Expected memory mapping to be available: ${libc.reason}`)
  return libc
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // gone already
  }
}
