// The memory a queue lives in, behind one interface: here a SharedArrayBuffer. Any thread may hold a view;
// the handle is plain data that can be posted to another thread and opened there.

import { ChooseL2Error } from '../errors.js'
import { checksum } from './checked-note.js'
import { memoryBytes, type Geometry } from './geometry.js'
import {
  H_BYTE_LIMIT,
  H_COPIED_CLAIMS,
  H_DATA_CAPACITY,
  H_GEOMETRY_CHECK,
  H_LANES,
  H_LINE_CAPACITY,
  H_LINE_LIMIT,
  H_MAGIC,
  H_VERSION,
  LAYOUT_VERSION,
  MAGIC,
  PAGE_BYTES,
} from './layout.js'

/** The memory of one queue. */
export interface QueueMemory {
  readonly geometry: Geometry
  /** The header at least, laid out as `layout.ts` says. Coherent between all threads that hold it. */
  readonly buffer: ArrayBufferLike
  /** Another part of it: a lane, or the in-flight area. */
  part(offset: number, bytes: number): Uint8Array
  /** Room for the one line that is larger than a ring; grows as needed. With `isLineThere` it was put there before. */
  overflow(bytes: number, isLineThere?: boolean): Buffer
  /** For a line that the disk has no room for; null where the queue is in memory, or was left by another process. */
  readonly spare: SpareMemory | null
  /**
   * Makes sure a lane can be written before it is. Throws the system error (ENOSPC) where the memory is a file
   * and the disk is full.
   */
  prepareLane(lane: number): void
  /** Lets go of it on this thread; with `remove`, for good. Views stay valid but show zeros from then on. */
  release(remove: boolean): void
  /** As release(false), by a thread of ours that ends now: touching a view afterwards kills the process. */
  unmap(): void
}

/** Memory of the process outside the queue's own. Its threads find it by the address; it goes with the process. */
export interface SpareMemory {
  /** Throws the system error where there is none. */
  take(bytes: number): bigint
  view(address: bigint, bytes: number): Buffer
  /** Nobody may touch a view of it from here on. */
  giveBack(address: bigint, bytes: number): void
}

/** Memory shared by the threads of this process, in a form that `postMessage` can carry. */
export interface SharedMemoryHandle {
  readonly kind: 'shared'
  readonly buffer: SharedArrayBuffer
  readonly overflow: SharedArrayBuffer
}

/** Largest line a queue can carry, in bytes: reserved as address space only, used when such a line comes. */
export const MAX_LINE_BYTES: number = 2 ** 30

/** A queue in memory shared by the threads of this process. */
export class SharedMemory implements QueueMemory {
  readonly geometry: Geometry
  readonly handle: SharedMemoryHandle
  readonly spare = null

  private constructor(handle: SharedMemoryHandle) {
    this.handle = handle
    this.geometry = readGeometry(handle.buffer)
  }

  /** Makes and lays out new memory. Pages cost nothing until they are touched. */
  static create(geometry: Geometry): SharedMemory {
    const buffer = reserve(memoryBytes(geometry))
    writeGeometry(buffer, geometry)
    const overflow = reserveOverflow()
    return new SharedMemory({ kind: 'shared', buffer, overflow })
  }

  /** Opens the memory that another thread made. */
  static open(handle: SharedMemoryHandle): SharedMemory {
    return new SharedMemory(handle)
  }

  get buffer(): SharedArrayBuffer {
    return this.handle.buffer
  }

  part(offset: number, bytes: number): Uint8Array {
    return new Uint8Array(this.buffer, offset, bytes)
  }

  prepareLane(): void {
    // Memory comes when it is touched.
  }

  release(): void {
    // Goes with its last view.
  }

  unmap(): void {
    // So does this thread's.
  }

  overflow(bytes: number): Buffer {
    const { overflow } = this.handle
    if (overflow.byteLength < bytes) overflow.grow(Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES)
    return Buffer.from(overflow, 0, bytes)
  }
}

/** Address space for the largest line, or as much of it as a limit on the process leaves. */
function reserveOverflow(): SharedArrayBuffer {
  for (let bytes = MAX_LINE_BYTES; ; bytes /= 4) {
    try {
      return new SharedArrayBuffer(0, { maxByteLength: bytes })
    } catch (error) {
      if (bytes <= PAGE_BYTES) throw error
    }
  }
}

/** As much memory as a queue may ask for, the system may not have addresses for. */
function reserve(bytes: number): SharedArrayBuffer {
  try {
    return new SharedArrayBuffer(bytes)
  } catch (cause) {
    const expected = 'Expected queueBytes, queueSize and lanes to make a queue that memory can hold'
    throw new ChooseL2Error('ERR_INVALID_ARGUMENT', `${expected}, got one of ${bytes} bytes`, { cause })
  }
}

/** Lays out new memory. */
export function writeGeometry(buffer: ArrayBufferLike, geometry: Geometry): void {
  const header = new Int32Array(buffer, 0, PAGE_BYTES / 4)
  header[H_VERSION] = LAYOUT_VERSION
  header[H_LANES] = geometry.lanes
  header[H_LINE_CAPACITY] = geometry.lineCapacity
  header[H_DATA_CAPACITY] = geometry.dataCapacity
  header[H_LINE_LIMIT] = geometry.lineLimit
  header[H_BYTE_LIMIT] = geometry.byteLimit
  header[H_COPIED_CLAIMS] = geometry.copiedClaims ? 1 : 0
  header[H_GEOMETRY_CHECK] = geometryChecksum(header)
  Atomics.store(header, H_MAGIC, MAGIC) // publishes the geometry
}

/** Over the version and the measures, for H_GEOMETRY_CHECK. */
export function geometryChecksum(header: Int32Array): number {
  return checksum(header.subarray(H_VERSION, H_COPIED_CLAIMS + 1))
}

/** The measures of memory that was laid out before. */
export function readGeometry(buffer: ArrayBufferLike): Geometry {
  const header = new Int32Array(buffer, 0, PAGE_BYTES / 4)
  const word = (index: number): number => Atomics.load(header, index)
  return {
    lanes: word(H_LANES),
    lineCapacity: word(H_LINE_CAPACITY),
    dataCapacity: word(H_DATA_CAPACITY),
    lineLimit: word(H_LINE_LIMIT),
    byteLimit: word(H_BYTE_LIMIT),
    copiedClaims: word(H_COPIED_CLAIMS) === 1,
  }
}
