// One orphan's lines, brought into its log: first the write the dead process was in the middle of, in the very file it
// was being written to, then all the rest. It uses the consumer and the notes that every writer uses, so a crash of
// the recovery itself is recovered like any other.

import { closeSync, constants, openSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { loadLibc } from '../native/libc.js'
import { LockPatience } from '../native/lock.js'
import { CLAIM_BYTES, type Place } from '../queue/claim.js'
import { Consumer } from '../queue/consumer.js'
import { countWaiting } from '../queue/lanes.js'
import { FileSink } from '../log/file-sink.js'
import { makeFolder } from '../log/make-folder.js'
import { patiently } from '../log/patiently.js'
import { alsoForReading } from '../log/reader.js'
import { cutTail, takePieceBack } from './cut-log.js'
import { LogNotes } from '../memory/log-notes.js'
import type { MappedMemory } from '../memory/mapped-memory.js'
import { giveUpLostLine, hasLostLine } from './lost-line.js'
import { leftPieceAtEnd, resumeClaim } from './resume-claim.js'
import { withSink, type OpenSink } from './recovery-sink.js'
import { openTrusted } from '../log/trusted-log.js'

const { O_APPEND, O_CREAT, O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = constants
/** Another process may be about to rotate the log. */
const PLACE_ATTEMPTS = 3

/** A queue that a dead process left, under its lock. */
export interface Orphan {
  readonly memory: MappedMemory
  /** The log as it was opened. */
  readonly log: string
}

/** How an orphan's log is opened. */
export interface LogOptions {
  /** Permissions of a log that has to be created. */
  readonly fileMode?: number
  /** The caller holds the lock of the log, as a memory-mapped writer does. */
  readonly holdsLock?: boolean
  /** Shared by the recoveries of many queues: after one has waited for a lock in vain, the others do not. */
  readonly patience?: LockPatience
}

/** A log that nobody else cuts. */
interface LockedFile {
  readonly fd: number
  /** Nobody appends to it either. */
  readonly isAlone: boolean
}

/** What was done so far; kept by the caller, as it holds when the rest fails. */
export interface Progress {
  lines: number
}

/** Lines that would be put into the log. */
export function countLines({ memory }: Orphan): number {
  const lines = countWaiting(memory) + new Consumer(memory).linesInFlight
  return hasLostLine(memory) ? lines - 1 : lines
}

/** Puts everything into the log. Throws where the log cannot take it; what is not written stays in the queue. */
export function drainOrphan({ memory, log }: Orphan, options: LogOptions, progress: Progress): void {
  const notes = new LogNotes(memory.buffer)
  const consumer = new Consumer(memory)
  makeFolder(dirname(log))
  withLog(log, notes, O_CREAT, options, (file) => {
    const { fd } = file
    const empty = giveUp(memory, consumer, notes, file)
    finishClaim({ memory, log }, consumer, notes, file, progress)
    withSink(log, fd, memory.buffer, options.fileMode ?? 0o666, (sink) => {
      writeAll(consumer, sink, progress)
    })
    progress.lines -= empty
  })
}

/**
 * Brings the end of the log into a state that others can append to: without the allocated space behind it, and without
 * the first part of a line. That part is taken back, as the lines of older queues go first. Where other processes write
 * to the log at this moment (`isShared`) nothing may be cut off, and an append-only log cannot be cut: then the rest of
 * the write follows at once.
 */
export function settleEnd(
  { memory, log }: Orphan,
  options: LogOptions,
  progress: Progress,
  isShared: boolean,
): void {
  const notes = new LogNotes(memory.buffer)
  const consumer = new Consumer(memory)
  if (!consumer.hasClaim && !notes.mayHaveTail) return
  withLog(log, notes, 0, options, (file) => {
    const { fd, isAlone } = file
    const isLog = notes.isLog(fd)
    giveUp(memory, consumer, notes, file)
    if (notes.mayHaveTail) cutTail(fd, memory, consumer, isLog, isAlone)
    if (!leftPieceAtEnd(consumer, new FileSink(fd), isLog)) return
    if (!isShared && tookPieceBack(fd, consumer, isLog)) return
    finishClaim({ memory, log }, consumer, notes, file, progress)
  })
}

/**
 * Gives a lost line up, see lost-line.ts. Of a log that was mapped, the space behind its content is cut first: the end
 * of the line goes before it.
 */
function giveUp(
  memory: MappedMemory,
  consumer: Consumer,
  notes: LogNotes,
  { fd, isAlone }: LockedFile,
): number {
  if (!hasLostLine(memory)) return 0
  const isLog = notes.isLog(fd)
  if (notes.mayHaveTail) cutTail(fd, memory, consumer, isLog, isAlone)
  return giveUpLostLine(memory, consumer, isLog ? fd : null)
}

/** False if the log refuses to be cut. */
function tookPieceBack(fd: number, consumer: Consumer, isLog: boolean): boolean {
  resumeClaim(consumer, new FileSink(fd), isLog)
  try {
    if (consumer.hasClaim) takePieceBack(fd, consumer)
    return true
  } catch {
    return false // whatever the reason, the line has to be finished then; if that fails too, it is reported
  }
}

function withLog(
  log: string,
  notes: LogNotes,
  create: number,
  options: LogOptions,
  use: (file: LockedFile) => void,
): void {
  const fd = openTrusted(log, (follow) => openLogFile(log, create | follow, options.fileMode ?? 0o666))
  try {
    use({ fd, isAlone: options.holdsLock === true || lockLog(fd, notes, options.patience) })
  } finally {
    closeSync(fd)
  }
}

function openLogFile(path: string, more: number, mode = 0o666): number {
  // Without O_NONBLOCK, opening a FIFO that stands in the log's place by now could hang forever.
  return alsoForReading(openSync(path, O_WRONLY | O_APPEND | O_NOCTTY | O_NONBLOCK | more, mode))
}

/**
 * Brings the claim that the dead writer left to its end, in the very file it was being written to: there it has its room. If
 * that file is gone, what is not written yet is written like all the rest.
 */
function finishClaim(
  { memory, log }: Orphan,
  consumer: Consumer,
  notes: LogNotes,
  file: LockedFile,
  progress: Progress,
): void {
  if (!consumer.hasClaim && !notes.mayHaveTail) return
  const isLog = notes.isLog(file.fd)
  const renamed = isLog ? null : openRenamed(dirname(log), notes)
  const { fd: written, isAlone } = renamed ?? file // neither: that file is gone, or this one is a copy of it
  const isSameFile = isLog || renamed !== null
  try {
    if (notes.mayHaveTail) cutTail(written, memory, consumer, isSameFile, isAlone)
    const sink = new FileSink(written)
    resumeClaim(consumer, sink, isSameFile)
    const goesOnHere = isSameFile || (consumer.hasClaim && consumer.piece().length > 0)
    if (goesOnHere) writeClaim(consumer, { sink, fd: written }, progress)
  } finally {
    if (renamed !== null) closeSync(renamed.fd)
  }
}

function writeAll(consumer: Consumer, log: OpenSink, progress: Progress): void {
  const { sink } = log
  const place: Place = (bytes, lines) => patiently(PLACE_ATTEMPTS, () => sink.place(bytes, lines))
  if (consumer.hasClaim) consumer.restartLine(place(consumer.current.bytes - consumer.current.done, 0))
  while (consumer.look().lines > 0 || consumer.hasClaim) {
    while (consumer.hasClaim || consumer.claim(Math.min(CLAIM_BYTES, sink.room), place)) {
      writeClaim(consumer, log, progress)
    }
  }
  while (consumer.claimLastGap(place)) writeClaim(consumer, log, progress)
}

/** Writes what is claimed. A log that refuses in the middle of a line is left without the piece of it. */
function writeClaim(consumer: Consumer, log: OpenSink, progress: Progress): void {
  try {
    while (consumer.hasClaim) progress.lines += consumer.advance(log.sink.write(consumer.ranges()))
  } catch (error) {
    takePieceBackIfPossible(log.fd, consumer) // the application writes on behind it
    throw error
  }
}

function takePieceBackIfPossible(fd: number, consumer: Consumer): void {
  try {
    takePieceBack(fd, consumer)
  } catch {
    // The error of the write is the one to report; the piece stays noted.
  }
}

/** The file the lines were written to, locked, if it was renamed (rotated) within its folder. */
function openRenamed(folder: string, notes: LogNotes): LockedFile | null {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(folder, entry.name)
    const stats = statSync(path, { throwIfNoEntry: false }) // it may go at any moment
    if (stats !== undefined && notes.isFile(stats)) return openLocked(path, notes)
  }
  return null
}

function openLocked(path: string, notes: LogNotes): LockedFile {
  const fd = openLogFile(path, O_NOFOLLOW)
  try {
    return { fd, isAlone: lockLog(fd, notes) }
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

/**
 * A memory-mapped writer that runs by now must not have its file changed under it. To append is allowed to many at once, to cut
 * the log only to one. True if nobody else has it open.
 */
function lockLog(fd: number, notes: LogNotes, patience: LockPatience = new LockPatience()): boolean {
  const libc = loadLibc()
  if (!libc.available) return true
  if (notes.isMapped && patience.lock(libc, fd)) return true
  if (patience.lock(libc, fd, 'shared')) return false
  throw new Error('a memory-mapped writer or another recovery has the log open')
}
