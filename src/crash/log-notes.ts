// What a queue file says about its log, so that a later process can finish the work: path, identity, when it was
// made and by whom. Written before the first line; the identity again whenever another file becomes the log.

import { fstatSync } from 'node:fs'
import {
  LOG_IDENTITY_OFFSET,
  LOG_NOTES_OFFSET,
  LOG_PATH_BYTES,
  LOG_PATH_OFFSET,
  SINK_STATE_OFFSET,
} from '../queue/layout.js'
import { SINK_STATE_LENGTH, type SinkState } from '../sinks/sink.js'

/** The notes in one queue's memory. */
export class LogNotes {
  readonly #identity: Float64Array
  readonly #notes: Int32Array
  readonly #path: Buffer

  constructor(buffer: ArrayBufferLike) {
    this.#identity = new Float64Array(buffer, LOG_IDENTITY_OFFSET, 3)
    this.#notes = new Int32Array(buffer, LOG_NOTES_OFFSET, 3)
    this.#path = Buffer.from(buffer, LOG_PATH_OFFSET, LOG_PATH_BYTES)
  }

  /** Writes everything, for a new queue. */
  write(path: string, fd: number, isMapped: boolean): void {
    this.setLog(fd)
    this.#identity[2] = Date.now()
    this.#notes[0] = isMapped ? 1 : 0
    this.#notes[1] = process.pid
    this.#notes[2] = this.#path.write(path)
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
    const length = this.#notes[2] ?? 0
    return this.#path.toString('utf8', 0, Math.min(Math.max(0, length), LOG_PATH_BYTES))
  }

  get isMapped(): boolean {
    return this.#notes[0] === 1
  }

  get pid(): number {
    return this.#notes[1] ?? 0
  }

  get createdAt(): number {
    return this.#identity[2] ?? 0
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
