// What a queue file says about its log, so that a later process can finish the work: path, identity, when it was
// made and by whom. Written before the first line; the identity again whenever another file becomes the log.

import { fstatSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import {
  LOG_IDENTITY_OFFSET,
  LOG_NOTES_OFFSET,
  LOG_PATH_BYTES,
  LOG_PATH_OFFSET,
  SINK_STATE_OFFSET,
} from '../queue/layout.js'
import { POSITION, SINK_STATE_LENGTH, type SinkState } from '../sinks/sink.js'
import { now, timeOrigin } from '../runtime.js'

// What is said about a memory-mapped log: whether there may still be allocated space behind its content.
const IS_PLAIN = 0
const IS_MAPPED = 1
const IS_CUT = 2

/** Where in the file the time of its creation stands: a double. */
export const LOG_CREATED_AT_OFFSET: number = LOG_IDENTITY_OFFSET + 16

/** The notes in one queue's memory. */
export class LogNotes {
  readonly #identity: Float64Array
  readonly #notes: Int32Array
  readonly #path: Buffer
  readonly #sinkState: SinkState

  constructor(buffer: ArrayBufferLike) {
    this.#sinkState = sinkStateIn(buffer)
    this.#identity = new Float64Array(buffer, LOG_IDENTITY_OFFSET, 3)
    this.#notes = new Int32Array(buffer, LOG_NOTES_OFFSET, 4)
    this.#path = Buffer.from(buffer, LOG_PATH_OFFSET, LOG_PATH_BYTES)
  }

  /** Writes everything, for a new queue, before anybody may take it for a whole one. */
  write(path: string, fd: number, isMapped: boolean): void {
    this.setLog(fd)
    this.#sinkState[POSITION] = fstatSync(fd).size
    this.#identity[2] = timeOrigin + now() // finer than Date.now()
    this.#notes[0] = isMapped ? IS_MAPPED : IS_PLAIN
    this.#notes[1] = process.pid
    this.#notes[2] = this.#path.write(path)
    this.#notes[3] = crc32(this.#pathBytes()) | 0
  }

  /** False if the path is not the one that was written: then nobody knows whose lines these are. */
  get isPathSound(): boolean {
    return this.path !== '' && this.#notes[3] === (crc32(this.#pathBytes()) | 0)
  }

  /** From now on this file is the log. */
  setLog(fd: number): void {
    const { dev, ino } = fstatSync(fd)
    this.#identity[0] = dev
    this.#identity[1] = ino
  }

  /** True if the open file is the one the lines were written to. */
  isLog(fd: number): boolean {
    return this.isInode(fstatSync(fd))
  }

  isInode({ dev, ino }: { readonly dev: number; readonly ino: number }): boolean {
    return this.#identity[0] === dev && this.#identity[1] === ino
  }

  get path(): string {
    return this.#pathBytes().toString()
  }

  get isMapped(): boolean {
    return this.#notes[0] !== IS_PLAIN
  }

  /** True while the log may be longer than its content, which ends where the state of the sink says. */
  get mayHaveTail(): boolean {
    return this.#notes[0] === IS_MAPPED
  }

  /** From now on the log is as long as its content, and grows by appending. */
  noteCut(): void {
    this.#notes[0] = IS_CUT
  }

  #pathBytes(): Buffer {
    return this.#path.subarray(0, Math.max(0, this.#notes[2] ?? 0))
  }
}

/** A path that does not fit cannot be recovered from. */
export function fitsNotes(path: string): boolean {
  return Buffer.byteLength(path) <= LOG_PATH_BYTES
}

/** The state of the sink, in the queue's memory: it outlives every thread, and in a queue file the process. */
export function sinkStateIn(buffer: ArrayBufferLike): SinkState {
  return new Float64Array(buffer, SINK_STATE_OFFSET, SINK_STATE_LENGTH)
}
