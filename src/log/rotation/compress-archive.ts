// Compresses one archive. Runs in a thread of its own (compressor.ts), synchronous and in pieces: Node's asynchronous
// compression would run in the thread pool, which the application needs and whose priority is not ours to lower. Each piece
// is a member of its own; a gzip or zstd file may have many, and readers see one stream.
//
//   lock -> nobody claims it -> .tmp (O_EXCL) -> mode, owner, times -> fsync -> rename (NOREPLACE) -> fsync folder -> unlink
//
// What has its final name is complete, so a process may be killed at any step: the next one deletes the temporary file and
// compresses again, or deletes the archive whose compressed form is there. The exclusive lock of the archive says that no
// writer has it open any more and that nobody else compresses it.

import fs from 'node:fs'
import { dirname } from 'node:path'
import zlib from 'node:zlib'
import { systemErrorCode } from '../../errors.js'
import { loadLibc, type Libc, type Unavailable } from '../../native/libc.js'
import { wallTime } from '../../runtime.js'
import {
  accessOf,
  copyAccess,
  renameNoReplace,
  rotationFs,
  syncFolder,
  writeWhole,
  type RotationFs,
} from './live-file.js'
import type { FileIdentity } from './side-page.js'

/** How archives are compressed. */
export type Compression = 'gzip' | 'zstd'

/** An archive to compress. */
export interface CompressionTask {
  /** Absolute path of the plain archive. */
  readonly path: string
  readonly type: Compression
  /** As zlib's; undefined: its default. */
  readonly level?: number | undefined
}

/** What the compression needs of its surroundings. */
export interface CompressionPorts {
  /** True if a queue file claims lines in this file: a recovery must be able to read it. Asked under the lock. */
  readonly isClaimed: (archive: FileIdentity & { readonly fd: number }) => boolean
  /** Asked before each piece. */
  readonly isCancelled?: () => boolean
  /** So long nobody must have written to the archive; it is waited for. Default: 0. */
  readonly quietMs?: number
  readonly fs?: RotationFs
  readonly libc?: Libc | Unavailable
}

/**
 * `done`: only the compressed form is left. `busy`: a writer or another compressor has it. `claimed`: a queue file needs
 * it. `gone`: it is not there any more. `cancelled`: nothing has changed. `occupied`: another file has the final name.
 */
export type CompressionOutcome = 'done' | 'busy' | 'claimed' | 'gone' | 'cancelled' | 'occupied'

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = fs.constants
/** Between two looks at the cancellation: 30 ms. Smaller members cost space: at 1 MiB it is less than 1 %. */
const PIECE_BYTES: number = 1024 * 1024
const MS = 1000
/** Between two looks at an archive that is waited for. */
const LOOK_EVERY_MS = 50
/** Times are copied in milliseconds, and a tool that restores a file rounds once more. */
const SAME_TIME_MS = 3n

/** What a compressed archive's name ends in. */
export const COMPRESSED_EXTENSION: Readonly<Record<Compression, string>> = { gzip: '.gz', zstd: '.zst' }
/** What a compression in progress ends in, behind that. */
export const TEMPORARY_EXTENSION = '.tmp'

/** True where this Node.js can do it. */
export function canCompress(type: Compression): boolean {
  return type === 'gzip' || 'zstdCompressSync' in zlib
}

/** Compresses an archive, or finishes what a killed process has begun. Throws system errors; the archive is whole then. */
export function compressArchive(task: CompressionTask, ports: CompressionPorts): CompressionOutcome {
  const { fs: port = rotationFs, libc = loadLibc() } = ports
  const source = openIfThere(task.path, port)
  if (source === null) return 'gone'
  try {
    if (libc.available && !libc.tryLock(source)) return 'busy'
    return compressLocked(task, source, ports, port, libc)
  } finally {
    port.closeSync(source)
  }
}

/**
 * At start: deletes what a killed compression has left, unless somebody is at work on it.
 * @param path - of a temporary file of an archive
 */
export function deleteTemporary(
  path: string,
  port: RotationFs = rotationFs,
  libc: Libc | Unavailable = loadLibc(),
): void {
  const source = openIfThere(plainOf(path), port)
  if (source === null) return unlinkIfThere(path, port)
  try {
    if (!libc.available || libc.tryLock(source)) unlinkIfThere(path, port)
  } finally {
    port.closeSync(source)
  }
}

function compressLocked(
  task: CompressionTask,
  source: number,
  { isClaimed, isCancelled = () => false, quietMs = 0 }: CompressionPorts,
  port: RotationFs,
  libc: Libc | Unavailable,
): CompressionOutcome {
  if (!awaitQuiet(source, quietMs, isCancelled, port)) return 'cancelled'
  const stats = port.fstatSync(source, { bigint: true })
  const named = port.lstatSync(task.path, { bigint: true, throwIfNoEntry: false })
  // Between the opening and the lock, another compressor may have finished it.
  if (named === undefined || named.ino !== stats.ino || named.dev !== stats.dev) return 'gone'
  if (isClaimed({ fd: source, device: stats.dev, inode: stats.ino })) return 'claimed'
  const final = `${task.path}${COMPRESSED_EXTENSION[task.type]}`
  const temporary = `${final}${TEMPORARY_EXTENSION}`
  unlinkIfThere(temporary, port) // of a killed process: the lock is ours
  const there = port.lstatSync(final, { bigint: true, throwIfNoEntry: false })
  if (there !== undefined && !isSameTime(there.mtimeMs, stats.mtimeMs)) return 'occupied'
  if (there === undefined) {
    if (!writeTemporary(temporary, task, source, isCancelled, port)) return 'cancelled'
    try {
      renameToFinal(temporary, final, libc, port)
    } catch (error) {
      unlinkIfThere(temporary, port)
      const code = systemErrorCode(error)
      if (code === 'EEXIST') return 'occupied'
      if (code === 'ENOENT') return 'gone' // retention has deleted the archive meanwhile, temporary file and all
      throw error
    }
  }
  const now = port.fstatSync(source, { bigint: true })
  if (now.size !== stats.size) {
    // by a program that has no lock: this archive stays plain, until it is compressed again
    unlinkIfThere(final, port)
    return 'busy'
  }
  syncFolder(dirname(final), port) // before the only other copy goes
  unlinkIfThere(task.path, port) // retention may be faster
  return 'done'
}

/** False if it was cancelled. */
function awaitQuiet(source: number, ms: number, isCancelled: () => boolean, port: RotationFs): boolean {
  for (;;) {
    const age = wallTime() - Number(port.fstatSync(source, { bigint: true }).mtimeMs)
    if (age < 0 || age >= ms) return true // the clock may have been set back
    if (isCancelled()) return false
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_EVERY_MS)
  }
}

/** False if it was cancelled; nothing is left then, nor after an error. */
function writeTemporary(
  path: string,
  task: CompressionTask,
  source: number,
  isCancelled: () => boolean,
  port: RotationFs,
): boolean {
  const fd = port.openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
  let isWhole = false
  try {
    if (!copyCompressed(source, fd, task, isCancelled, port)) return false
    const stats = port.fstatSync(source, { bigint: true })
    copyAccess(fd, path, accessOf(stats), port)
    port.futimesSync(fd, Number(stats.atimeMs) / MS, Number(stats.mtimeMs) / MS)
    port.fsyncSync(fd)
    isWhole = true
    return true
  } finally {
    port.closeSync(fd)
    if (!isWhole) unlinkIfThere(path, port)
  }
}

function copyCompressed(
  source: number,
  target: number,
  task: CompressionTask,
  isCancelled: () => boolean,
  port: RotationFs,
): boolean {
  const compress = compressorOf(task)
  const piece = Buffer.allocUnsafe(PIECE_BYTES)
  for (let position = 0; ;) {
    if (isCancelled()) return false
    const length = port.readSync(source, piece, 0, piece.length, position)
    if (length === 0) return true
    writeWhole(target, compress(piece.subarray(0, length)), port)
    position += length
  }
}

type CompressPiece = (piece: Uint8Array) => Buffer

function compressorOf({ type, level }: CompressionTask): CompressPiece {
  if (type === 'gzip') return (piece) => zlib.gzipSync(piece, level === undefined ? {} : { level })
  // Node.js 20 and its types do not have it yet.
  const { zstdCompressSync, constants } = zlib as unknown as {
    zstdCompressSync: (piece: Uint8Array, options: { params?: Record<number, number> }) => Buffer
    constants: { ZSTD_c_compressionLevel: number }
  }
  const options = level === undefined ? {} : { params: { [constants.ZSTD_c_compressionLevel]: level } }
  return (piece) => zstdCompressSync(piece, options)
}

function renameToFinal(from: string, to: string, libc: Libc | Unavailable, port: RotationFs): void {
  try {
    renameNoReplace(from, to, libc)
  } catch (error) {
    const code = systemErrorCode(error)
    if (code !== 'EINVAL' && code !== 'ENOSYS' && code !== 'ENOTSUP') throw error
    port.renameSync(from, to) // the archive's lock keeps other compressors away
  }
}

/** An archive of more than a log's kind (a link, a FIFO) is not opened. */
function openIfThere(path: string, port: RotationFs): number | null {
  try {
    return port.openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null
    throw error
  }
}

function unlinkIfThere(path: string, port: RotationFs): void {
  try {
    port.unlinkSync(path)
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error
  }
}

function plainOf(temporary: string): string {
  const final = temporary.slice(0, -TEMPORARY_EXTENSION.length)
  const extension = Object.values(COMPRESSED_EXTENSION).find((known) => final.endsWith(known)) ?? ''
  return extension === '' ? final : final.slice(0, -extension.length)
}

function isSameTime(a: bigint, b: bigint): boolean {
  return a - b < SAME_TIME_MS && b - a < SAME_TIME_MS
}
