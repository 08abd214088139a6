// Recovery: what a process that was killed had handed over, put into its log. Runs at the next start of a writer for
// that log, and in `choose-l2 recover`. It uses the consumer and the notes that every writer uses, so a crash of the
// recovery itself is recovered like any other. It never throws an application down and never guesses.

import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  statSync,
  unlinkSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { systemErrorCode } from '../errors.js'
import { loadLibc } from '../native/libc.js'
import { Consumer } from '../queue/consumer.js'
import { Lane } from '../queue/lane.js'
import { countWaiting } from '../queue/lanes.js'
import { handOverOpenGap } from '../queue/open-gap.js'
import { FileSink } from '../sinks/file-sink.js'
import { makeFolder } from '../sinks/make-folder.js'
import { cutTail, takePieceBack } from './cut-log.js'
import { inspect } from './inspect.js'
import { LOG_CREATED_AT_OFFSET, LogNotes } from './log-notes.js'
import { MappedMemory, overflowPath } from './mapped-memory.js'
import { resumeClaim } from './resume-claim.js'
import { takeUnfinishedLineBack } from './unfinished-lines.js'

const CLAIM_BYTES: number = 256 * 1024
const { O_APPEND, O_CREAT, O_NOCTTY, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } = constants

/** What became of one queue file. */
export interface Recovery {
  /** The queue file. */
  readonly queue: string
  /** The log its lines belong to; empty if the file does not tell. */
  readonly log: string
  /**
   * `recovered`: its lines are in the log and it is gone. `live`: its writer runs, or somebody else recovers it at
   * this moment. `foreign`: it belongs to another log than was asked for. `damaged`: put aside as `.corrupt`.
   * `failed`: tried, and to be tried again; `reason` says why.
   */
  readonly outcome: 'recovered' | 'live' | 'foreign' | 'damaged' | 'failed'
  /** Lines put into the log; in a dry run, lines that would be. */
  readonly lines: number
  readonly reason?: string
}

/** How to recover. */
export interface RecoverOptions {
  /** Only look. */
  readonly dryRun?: boolean
  /** Permissions of a log that has to be created. */
  readonly fileMode?: number
  /** The caller holds the lock of the log, as a memory-mapped writer does. */
  readonly ownsLog?: boolean
  /** Leave queues of other logs alone (several may share a folder and a name). */
  readonly onlyLog?: string
}

/** Recovers these queue files, the oldest first. Never throws. */
export function recoverAll(queues: readonly string[], options: RecoverOptions = {}): Recovery[] {
  const byAge = queues.map((queue) => ({ queue, age: ageOf(queue) })).toSorted(compareAges)
  if (byAge.length > 1 && options.dryRun !== true) {
    for (const { queue } of byAge.toReversed()) {
      takeUnfinishedLineBack(queue, options.onlyLog, options.ownsLog === true)
    }
  }
  return byAge
    .map(({ queue }) => recoverQueue(queue, options))
    .filter((recovery) => recovery.outcome !== 'foreign')
}

/** Recovers one queue file. Never throws. */
export function recoverQueue(queue: string, options: RecoverOptions = {}): Recovery {
  let fd = -1
  try {
    const libc = loadLibc()
    if (!libc.available) return { queue, log: '', outcome: 'failed', lines: 0, reason: libc.reason }
    fd = openSync(queue, O_RDWR)
    if (!libc.tryLock(fd) || fstatSync(fd).nlink === 0) return { queue, log: '', outcome: 'live', lines: 0 }
    const inspection = inspect(fd, queue)
    if (inspection.is === 'damaged') return putAside(queue, inspection.reason, options)
    if (inspection.is === 'unborn') return removeUnborn(queue, options)
    const { log, geometry, lanesUsed } = inspection
    if (options.onlyLog !== undefined && log !== options.onlyLog)
      return { queue, log, outcome: 'foreign', lines: 0 }
    const memory = MappedMemory.adopt(queue, fd, geometry, lanesUsed)
    fd = -1 // belongs to the memory now
    return drain(memory, lanesUsed, queue, log, options)
  } catch (error) {
    // Gone since the folder was read: recovered by another process that starts at this moment.
    if (systemErrorCode(error) === 'ENOENT') return { queue, log: '', outcome: 'live', lines: 0 }
    return { queue, log: '', outcome: 'failed', lines: 0, reason: messageOf(error) }
  } finally {
    if (fd !== -1) closeSync(fd)
  }
}

/** Puts what waits in the memory into the log, and deletes the file when all of it is there. */
function drain(
  memory: MappedMemory,
  lanesUsed: number,
  queue: string,
  log: string,
  options: RecoverOptions,
): Recovery {
  const notes = new LogNotes(memory.buffer)
  const progress = { lines: 0 }
  let isDone = false
  try {
    const consumer = new Consumer(memory)
    if (options.dryRun === true) {
      return { queue, log, outcome: 'recovered', lines: countWaiting(memory) + consumer.linesInFlight }
    }
    makeFolder(dirname(log))
    // Without O_NONBLOCK, opening a FIFO that stands in the log's place by now could hang for ever.
    const flags = O_WRONLY | O_APPEND | O_CREAT | O_NOCTTY | O_NONBLOCK
    const fd = openSync(log, flags, options.fileMode ?? 0o666)
    try {
      if (!fstatSync(fd).isFile()) throw new Error('the log is not a regular file any more')
      if (notes.isMapped && options.ownsLog !== true) lockLog(fd)
      finishClaim(memory, consumer, notes, fd, progress)
      notes.setLog(fd)
      writeAll(consumer, fd, progress)
      for (let lane = 0; lane < lanesUsed; lane++) handOverOpenGap(memory, new Lane(memory, lane))
      writeAll(consumer, fd, { lines: 0 }) // they tell of lines and are not counted as such
    } finally {
      closeSync(fd)
    }
    isDone = true
    return { queue, log, outcome: 'recovered', lines: progress.lines }
  } catch (error) {
    return { queue, log, outcome: 'failed', lines: progress.lines, reason: messageOf(error) }
  } finally {
    memory.release(isDone)
  }
}

/** Brings the claim the dead writer left to its end, in the very file it was being written to. */
function finishClaim(
  memory: MappedMemory,
  consumer: Consumer,
  notes: LogNotes,
  fd: number,
  progress: { lines: number },
): void {
  const written = notes.isLog(fd) ? fd : openRenamed(notes)
  if (written === null) {
    resumeClaim(consumer, new FileSink(fd), false) // that file is gone, and a piece of a line with it
    return
  }
  try {
    if (notes.mayHaveTail) cutTail(written, memory, consumer)
    const sink = new FileSink(written)
    resumeClaim(consumer, sink)
    writeClaim(consumer, sink, written, progress)
  } finally {
    if (written !== fd) closeSync(written)
  }
}

function writeAll(consumer: Consumer, fd: number, progress: { lines: number }): void {
  const sink = new FileSink(fd)
  while (consumer.look().lines > 0 || consumer.hasClaim) {
    while (consumer.hasClaim || consumer.claim(CLAIM_BYTES, sink.position)) {
      writeClaim(consumer, sink, fd, progress)
    }
  }
}

/** Writes what is claimed. A log that refuses in the middle of a line is left without the piece of it. */
function writeClaim(consumer: Consumer, sink: FileSink, fd: number, progress: { lines: number }): void {
  try {
    while (consumer.hasClaim) progress.lines += consumer.advance(sink.write(consumer.ranges()))
  } catch (error) {
    takePieceBack(fd, consumer) // the application writes on behind it
    throw error
  }
}

/** The file the lines were written to, if it was renamed (rotated) within its folder. */
function openRenamed(notes: LogNotes): number | null {
  const folder = dirname(notes.path)
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(folder, entry.name)
    const stats = statSync(path, { throwIfNoEntry: false }) // it may go at any moment
    if (stats !== undefined && notes.isInode(stats)) return openSync(path, O_WRONLY | O_APPEND)
  }
  return null
}

/** A memory-mapped writer that runs by now must not have its file changed under it. */
function lockLog(fd: number): void {
  const libc = loadLibc()
  if (libc.available && !libc.tryLock(fd)) throw new Error('a memory-mapped writer has the log open')
}

function compareAges(a: { readonly age: number }, b: { readonly age: number }): number {
  return a.age === b.age ? 0 : a.age < b.age ? -1 : 1 // not their difference: of two that cannot be read, it is NaN
}

/** When the queue was made, as it says itself: a file that was copied or restored is younger than its lines. */
function ageOf(queue: string): number {
  const createdAt = new Float64Array(1)
  try {
    const fd = openSync(queue, O_RDONLY)
    try {
      readSync(fd, createdAt, 0, 8, LOG_CREATED_AT_OFFSET)
    } finally {
      closeSync(fd)
    }
  } catch {
    return Infinity
  }
  return createdAt[0] ?? Infinity
}

function putAside(queue: string, reason: string, options: RecoverOptions): Recovery {
  const aside = `${queue}.corrupt`
  if (options.dryRun !== true) {
    if (existsSync(overflowPath(queue))) renameSync(overflowPath(queue), overflowPath(aside))
    renameSync(queue, aside)
  }
  return { queue, log: '', outcome: 'damaged', lines: 0, reason }
}

function removeUnborn(queue: string, options: RecoverOptions): Recovery {
  if (options.dryRun !== true) unlinkSync(queue)
  return { queue, log: '', outcome: 'recovered', lines: 0 }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
