// The log as one thing. It is plain data that any thread can open, and a word of shared memory holds the descriptor that is
// in use, so the consumer's successor writes to the same file. The owner opens and closes it (open-log.ts);
// the consumer writes it through a sink.

import { closeSync } from 'node:fs'
import { systemErrorCode } from '../errors.js'
import { loadLibc } from '../native/libc.js'
import { NO_PORTS, type LivePorts } from './current-file.js'
import { LogDescriptor } from './log-descriptor.js'
import { openLiveSink, type LiveHandle } from './live.js'
import type { LiveSink } from './live-sink.js'
import { nodeFs } from './log-fs.js'
import { cutNulTail } from './nul-tail.js'
import { openSink } from './open-sink.js'
import { closeSideFile } from './rotation/side-file.js'
import type { Sink, SinkNotes } from './sink.js'

/** How a write says that nobody reads: a pipe, a socket whose peer closed or reset it, a terminal that hung up. */
const READER_GONE_CODES: ReadonlySet<string | undefined> = new Set(['EPIPE', 'ECONNRESET', 'EIO'])

/** A log in a form that `postMessage` can carry. */
export interface LogHandle {
  /** Absolute path, or `fd:<number>`. */
  readonly path: string
  /** True: it is written through a mapped window, and this writer holds the lock of the file. False: by appending. */
  readonly isMapped: boolean
  /** False for a descriptor that the user passed: it stays the user's and is never closed here. */
  readonly isOwned: boolean
  /** True for a pipe, socket or terminal that no other reader can open once its reader is gone. */
  readonly hasLastReader: boolean
  /** Words: see {@link LogDescriptor}. */
  readonly descriptor: SharedArrayBuffer
  /** How another file becomes the log; null: none ever does. */
  readonly live: LiveHandle | null
}

/** A log on one thread. */
export class Log {
  readonly #descriptor: LogDescriptor
  #handle: LogHandle
  /** Of lines that come after the end. */
  #lateSink: Sink | null = null

  constructor(handle: LogHandle) {
    this.#handle = handle
    this.#descriptor = new LogDescriptor(handle.descriptor)
  }

  /** The log with this open descriptor. */
  static of(fd: number, facts: Omit<LogHandle, 'descriptor' | 'live'>): Log {
    return new Log({ ...facts, descriptor: LogDescriptor.of(fd).handle, live: null })
  }

  /** For other threads. */
  get handle(): LogHandle {
    return this.#handle
  }

  get descriptor(): LogDescriptor {
    return this.#descriptor
  }

  get fd(): number {
    return this.#descriptor.fd
  }

  /** From now on, another file may become the log. */
  goLive(live: LiveHandle): void {
    this.#handle = { ...this.#handle, live }
  }

  get path(): string {
    return this.handle.path
  }

  get isMapped(): boolean {
    return this.handle.isMapped
  }

  get isOwned(): boolean {
    return this.handle.isOwned
  }

  /** True for a file on a disk. */
  get isFile(): boolean {
    return nodeFs.fstatSync(this.fd).isFile()
  }

  /** How many bytes the file has; 0 for what is no file. */
  get size(): number {
    const stats = nodeFs.fstatSync(this.fd)
    return stats.isFile() ? stats.size : 0
  }

  /** For the thread that holds the consumer's role. `notes`: what outlives that thread. */
  openSink(notes: SinkNotes, ports: LivePorts): Sink | LiveSink {
    const { live } = this.handle
    return live === null
      ? openSink(this.fd, this.isMapped, notes)
      : openLiveSink(live, this.#descriptor, notes, ports)
  }

  /** True if a write that failed with this code says that nothing can ever be written again. */
  isReaderGone(code: string | undefined): boolean {
    return this.handle.hasLastReader && READER_GONE_CODES.has(code)
  }

  /** Writes behind the end, one line to a rotating log: once the consumer has ended. Returns how many bytes were taken. */
  append(bytes: Uint8Array): number {
    if (this.handle.live?.is !== 'rotating') {
      const end = this.isMapped ? this.size : null // a log that was mapped is not open for appending
      return nodeFs.writeSync(this.fd, bytes, 0, bytes.length, end)
    }
    const notes = { state: { position: this.size }, streamed: new Float64Array(1) }
    this.#lateSink ??= this.openSink(notes, NO_PORTS)
    this.#lateSink.place(bytes.length, 1)
    for (let done = 0; done < bytes.length;) done += this.#lateSink.write([bytes.subarray(done)])
    return bytes.length
  }

  /**
   * Empties it, for the option `append: false`. A user's descriptor only where it is mapped: written otherwise, it would
   * go on at its old place.
   */
  empty(): void {
    if ((this.isOwned || this.isMapped) && this.isFile) nodeFs.ftruncateSync(this.fd, 0)
  }

  /** Cuts the space that a killed memory-mapped writer has left behind the last line. */
  cutTail(): void {
    if (this.isOwned || this.isMapped) cutNulTail(this.fd, this.isMapped)
  }

  /** Closes it; a user's descriptor stays open, without our lock. */
  close(): void {
    const { live } = this.handle
    if (live?.is === 'rotating') closeSideFile(live.options.side)
    try {
      if (this.isOwned) closeSync(this.fd)
      else if (this.isMapped) this.unlock()
    } catch (error) {
      if (systemErrorCode(error) !== 'EBADF') throw error // somebody closed it already
    }
  }

  /** Gives the lock back, which the log may have. */
  unlock(): void {
    const libc = loadLibc()
    if (libc.available) libc.unlock(this.fd)
  }
}
