// The sink of a log whose file may be replaced by another one, by a rotation or by another program. A claim is never split:
// `place` decides before it is noted. Bytes that were not synced when their file was left are synced with the next ones.

import { fstatSync, type BigIntStats } from 'node:fs'
import { systemErrorCode } from '../errors.js'
import { loadLibc } from '../native/libc.js'
import type { CurrentFile, FileOwner } from './current-file.js'
import { closeOld, type LogDescriptor } from './log-descriptor.js'
import { nodeFs } from './log-fs.js'
import { openSink } from './open-sink.js'
import type { Found, InterruptedWrite, Sink, SinkNotes } from './sink.js'

/**
 * So many left files stay open until they are synced. Of older ones, the next sync brings the whole file system onto the disk:
 * to sync each as it is left took 40 ms at 100 MB, for programs that may never ask for it.
 */
const MOST_LEFT = 4
const NO_ROOM: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT'])

/** Writes to the file that is the log now. */
export class LiveSink implements Sink {
  readonly #descriptor: LogDescriptor
  readonly #isMapped: boolean
  readonly #notes: SinkNotes
  readonly #file: CurrentFile
  #inner: Sink
  #identity: BigIntStats | null
  #isDirty = true
  /** Descriptors of files that were left before they were synced. */
  readonly #left: number[] = []

  constructor(
    descriptor: LogDescriptor,
    isMapped: boolean,
    notes: SinkNotes,
    fileFor: (owner: FileOwner) => CurrentFile,
  ) {
    this.#descriptor = descriptor
    this.#isMapped = isMapped
    this.#notes = notes
    this.#inner = openSink(descriptor.fd, isMapped, notes)
    this.#identity = identityOf(descriptor.fd)
    this.#file = fileFor({ finish: () => this.#inner.close(), adopt: (fresh) => this.#adopt(fresh) })
  }

  get position(): number {
    return this.#inner.position
  }

  get room(): number {
    return this.#file.room
  }

  place(bytes: number, lines: number): number {
    try {
      this.#file.makeRoom(bytes, lines)
    } catch (error) {
      if (!this.#makesSpace(error)) throw error
      this.#file.makeRoom(bytes, lines)
    }
    return this.#inner.position
  }

  write(ranges: readonly Uint8Array[]): number {
    this.#isDirty = true
    const written = this.#writeMakingSpace(ranges)
    this.#file.wrote(written)
    return written
  }

  alreadyWritten(write: InterruptedWrite): Found {
    return this.#inner.alreadyWritten(write)
  }

  sync(): void {
    for (const fd of this.#left) nodeFs.fdatasyncSync(fd)
    this.#closeLeft(this.#left.length)
    const libc = loadLibc()
    if (this.#descriptor.hasUnsynced && libc.available) libc.syncFileSystem(this.#descriptor.fd)
    this.#descriptor.hasUnsynced = false
    this.#inner.sync()
    this.#isDirty = false
  }

  /** See {@link CurrentFile}: only between two claims. */
  look(): void {
    this.#file.look()
  }

  reopen(): void {
    this.#file.reopen()
  }

  rotate(): void {
    this.#file.rotate()
  }

  close(): void {
    this.#inner.close() // if that fails, it can be tried again
    this.#dropLeft(this.#left.length)
    this.#file.release()
  }

  abandon(): void {
    this.#inner.abandon()
    this.#dropLeft(this.#left.length)
    this.#file.release()
  }

  #writeMakingSpace(ranges: readonly Uint8Array[]): number {
    try {
      return this.#inner.write(ranges)
    } catch (error) {
      if (!this.#makesSpace(error)) throw error
      return this.#inner.write(ranges)
    }
  }

  #makesSpace(error: unknown): boolean {
    return NO_ROOM.has(systemErrorCode(error)) && this.#file.makeSpace()
  }

  #adopt(fresh: number): void {
    const kept = this.#descriptor.replace(fresh, this.#oldFile())
    if (kept !== null) this.#leave(kept)
    const { fd } = this.#descriptor
    this.#identity = identityOf(fd)
    this.#notes.setLog?.(fd)
    if (this.#isMapped) this.#notes.state.position = nodeFs.fstatSync(fd).size
    this.#inner = openSink(fd, this.#isMapped, this.#notes)
  }

  /** Somebody may have closed our descriptor, and its number may be another file's. */
  #oldFile(): 'closed' | 'kept' | 'foreign' {
    const there = identityOf(this.#descriptor.fd)
    if (there === null || this.#identity === null) return 'foreign'
    if (there.ino !== this.#identity.ino || there.dev !== this.#identity.dev) return 'foreign'
    return this.#isDirty ? 'kept' : 'closed'
  }

  #leave(fd: number): void {
    const libc = loadLibc()
    if (libc.available) libc.unlock(fd) // nothing more is written to it
    this.#left.push(fd)
    this.#dropLeft(this.#left.length - MOST_LEFT)
  }

  /** Closes the oldest before they are synced: the next sync, whichever thread does it, is one of the whole file system. */
  #dropLeft(count: number): void {
    if (count <= 0) return
    if (loadLibc().available) this.#descriptor.hasUnsynced = true
    else for (const old of this.#left.slice(0, count)) nodeFs.fdatasyncSync(old)
    this.#closeLeft(count)
  }

  #closeLeft(count: number): void {
    for (const fd of this.#left.splice(0, count)) closeOld(fd)
  }
}

/** Null if it is not open. */
function identityOf(fd: number): BigIntStats | null {
  try {
    return fstatSync(fd, { bigint: true })
  } catch {
    return null
  }
}
