// What a queue file says about its log, so that a later process can finish the work: path, identity, when it was
// made and by whom. Written before the first line; the identity again whenever another file becomes the log.

import { fstatSync, type Stats } from 'node:fs'
import { CheckedNote } from '../queue/checked-note.js'
import {
  LOG_CREATED_AT_OFFSET,
  LOG_IDENTITY_OFFSET,
  LOG_IDENTITY_WORDS,
  LOG_NOTES_BYTES,
  LOG_NOTES_OFFSET,
  LOG_PATH_BYTES,
  LOG_PATH_OFFSET,
  SINK_STATE_OFFSET,
  SINK_STATE_WORDS,
  STREAMED_BYTES_OFFSET,
} from '../queue/layout.js'
import type { SinkNotes, SinkState } from '../log/sink.js'
import { crc32 } from '../queue/crc32.js'
import { now, timeOrigin } from '../runtime.js'

// A memory-mapped log: whether there may still be allocated space behind its content.
const IS_PLAIN = 0
const IS_MAPPED = 1
const IS_CUT = 2

// The identity: one word, then doubles.
const TAIL = 0
const DEVICE = 1
const INODE = 2
const BIRTH_MS = 3

// What is written once: 32-bit words, behind the time of creation.
const PROCESS = 2
const PATH_LENGTH = 3
const CHECK = 4

/** What tells one file from another. */
export type FileIdentity = Pick<Stats, 'dev' | 'ino' | 'birthtimeMs'>

/** The notes in one queue's memory. */
export class LogNotes {
  readonly #identity: CheckedNote
  readonly #createdAt: Float64Array
  readonly #words: Int32Array
  readonly #path: Buffer
  readonly #sinkState: CheckedSinkState

  constructor(buffer: ArrayBufferLike) {
    this.#sinkState = new CheckedSinkState(buffer)
    this.#identity = new CheckedNote(buffer, LOG_IDENTITY_OFFSET, LOG_IDENTITY_WORDS)
    this.#createdAt = new Float64Array(buffer, LOG_CREATED_AT_OFFSET, 1)
    this.#words = new Int32Array(buffer, LOG_NOTES_OFFSET, LOG_NOTES_BYTES / 4)
    this.#path = Buffer.from(buffer, LOG_PATH_OFFSET, LOG_PATH_BYTES)
  }

  /** Writes everything, for a new queue, before anybody may take it for a whole one. */
  write(path: string, fd: number, isMapped: boolean): void {
    this.setLog(fd)
    this.#setTail(isMapped ? IS_MAPPED : IS_PLAIN)
    this.#sinkState.position = fstatSync(fd).size
    this.#createdAt[0] = timeOrigin + now() // finer than Date.now()
    this.#words[PROCESS] = process.pid
    this.#words[PATH_LENGTH] = this.#path.write(path)
    this.#words[CHECK] = this.#checksum()
  }

  /** False if something is not as it was written: then nobody knows whose lines these are, or where they go. */
  get isSound(): boolean {
    return (
      this.path !== '' &&
      this.#words[CHECK] === this.#checksum() &&
      this.#identity.isSet &&
      this.#identity.isSound &&
      this.#sinkState.isSound
    )
  }

  /** From now on this file is the log. */
  setLog(fd: number): void {
    const { dev, ino, birthtimeMs } = fstatSync(fd)
    const { doubles } = this.#identity.draft()
    doubles[DEVICE] = dev
    doubles[INODE] = ino
    doubles[BIRTH_MS] = birthtimeMs
    this.#identity.publish()
  }

  /** True if the open file is certainly the one the lines were written to. */
  isLog(fd: number): boolean {
    return this.isFile(fstatSync(fd))
  }

  /**
   * A file keeps its inode and its time of birth when it is renamed, after a reboot and when its file system is mounted
   * again; its device number changes then. A reused inode has another time of birth. The device decides only where the
   * file system keeps no such time (0).
   */
  isFile({ dev, ino, birthtimeMs }: FileIdentity): boolean {
    const { doubles } = this.#identity.current
    if (doubles[INODE] !== ino) return false
    const isBirthKnown = doubles[BIRTH_MS] !== 0 && birthtimeMs !== 0
    return isBirthKnown ? doubles[BIRTH_MS] === birthtimeMs : doubles[DEVICE] === dev
  }

  get path(): string {
    return this.#pathBytes().toString()
  }

  /** The process that has made the queue. */
  get pid(): number {
    return this.#words[PROCESS] ?? 0
  }

  /** When that was, in milliseconds since 1970. */
  get createdAt(): number {
    return this.#createdAt[0] ?? 0
  }

  get isMapped(): boolean {
    return this.#tail !== IS_PLAIN
  }

  /** True while the log may be longer than its content, which ends where the state of the sink says. */
  get mayHaveTail(): boolean {
    return this.#tail === IS_MAPPED
  }

  /** From now on the log is as long as its content, and grows by appending. */
  noteCut(): void {
    this.#setTail(IS_CUT)
  }

  get #tail(): number | undefined {
    return this.#identity.current.words[TAIL]
  }

  #setTail(tail: number): void {
    this.#identity.draft().words[TAIL] = tail
    this.#identity.publish()
  }

  #pathBytes(): Buffer {
    return this.#path.subarray(0, Math.max(0, this.#words[PATH_LENGTH] ?? 0))
  }

  /** Over the time of creation, the process, the length of the path and the path. */
  #checksum(): number {
    const { buffer, byteOffset } = this.#words
    return crc32(this.#pathBytes(), crc32(new Uint8Array(buffer, byteOffset, CHECK * 4))) | 0
  }
}

/** A path that does not fit cannot be recovered from. */
export function fitsNotes(path: string): boolean {
  return Buffer.byteLength(path) <= LOG_PATH_BYTES
}

/** The state of the sink, in the queue's memory: it outlives every thread, and in a queue file the process. */
export function sinkStateIn(buffer: ArrayBufferLike): SinkState {
  return new CheckedSinkState(buffer)
}

/** That, how many bytes a log that is a pipe or a terminal has taken, and which file the log is. */
export function sinkNotesIn(buffer: ArrayBufferLike): SinkNotes {
  return {
    state: sinkStateIn(buffer),
    streamed: new Float64Array(buffer, STREAMED_BYTES_OFFSET, 1),
    setLog: (fd) => new LogNotes(buffer).setLog(fd),
  }
}

class CheckedSinkState implements SinkState {
  readonly #note: CheckedNote

  constructor(buffer: ArrayBufferLike) {
    this.#note = new CheckedNote(buffer, SINK_STATE_OFFSET, SINK_STATE_WORDS)
  }

  get isSound(): boolean {
    return this.#note.isSet && this.#note.isSound
  }

  get position(): number {
    return this.#note.current.doubles[0] ?? 0
  }

  set position(position: number) {
    this.#note.draft().doubles[0] = position
    this.#note.publish()
  }
}
