// Recovery: what a process that was killed had handed over, put into its log. Runs at the next start of a writer for
// that log, and in `choose-l2 recover`. It never throws an application down and never guesses.

import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  unlinkSync,
} from 'node:fs'
import { systemErrorCode } from '../errors.js'
import { loadLibc } from '../native/libc.js'
import { countLines, drainOrphan, finishEnd, type LogOptions, type Orphan } from './drain-orphan.js'
import { inspect } from './inspect.js'
import { LOG_CREATED_AT_OFFSET } from './log-notes.js'
import { MappedMemory, overflowPath } from './mapped-memory.js'

const { O_RDONLY, O_RDWR } = constants

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
export interface RecoverOptions extends LogOptions {
  /** Only look. */
  readonly dryRun?: boolean
  /** Leave queues of other logs alone (several may share a folder and a name). */
  readonly onlyLog?: string
}

/** What is done with a queue file nobody uses, by what it is. */
interface Visitor {
  readonly orphan: (queue: string, orphan: Orphan, options: RecoverOptions) => Recovery
  readonly damaged: (queue: string, reason: string, options: RecoverOptions) => Recovery
  readonly unborn: (queue: string, options: RecoverOptions) => Recovery
}

const recovering: Visitor = { orphan: recoverOrphan, damaged: putAside, unborn: removeUnborn }
const finishingEnds: Visitor = { orphan: finishEndOf, damaged: leaveAlone, unborn: leaveAlone }

/** Recovers these queue files, the oldest first. Never throws. */
export function recoverAll(queues: readonly string[], options: RecoverOptions = {}): Recovery[] {
  const byAge = queues.map((queue) => ({ queue, age: ageOf(queue) })).toSorted(compareAges)
  // Processes that shared a log: what one of them left must not stick to the piece of a line another one left, nor to a NUL tail.
  const hasPieces = queues.length > 1 && options.dryRun !== true
  const pieces = hasPieces ? byAge.map(({ queue }) => visit(queue, finishingEnds, options).lines) : []
  return byAge
    .map(({ queue }, n) => withMore(recoverQueue(queue, options), pieces[n] ?? 0))
    .filter((recovery) => recovery.outcome !== 'foreign')
}

/** Recovers one queue file. Never throws. */
export function recoverQueue(queue: string, options: RecoverOptions = {}): Recovery {
  return visit(queue, recovering, options)
}

function visit(queue: string, visitor: Visitor, options: RecoverOptions): Recovery {
  let fd = -1
  try {
    const libc = loadLibc()
    if (!libc.available) return { queue, log: '', outcome: 'failed', lines: 0, reason: libc.reason }
    fd = openSync(queue, O_RDWR)
    if (!libc.tryLock(fd) || fstatSync(fd).nlink === 0) return { queue, log: '', outcome: 'live', lines: 0 }
    const inspection = inspect(fd, queue)
    if (inspection.is === 'damaged') return visitor.damaged(queue, inspection.reason, options)
    if (inspection.is === 'unborn') return visitor.unborn(queue, options)
    const { log, geometry, lanesUsed } = inspection
    if (options.onlyLog !== undefined && log !== options.onlyLog)
      return { queue, log, outcome: 'foreign', lines: 0 }
    const memory = MappedMemory.adopt(queue, fd, geometry, lanesUsed)
    fd = -1 // belongs to the memory now
    return visitor.orphan(queue, { memory, log }, options)
  } catch (error) {
    // Gone since the folder was read: recovered by another process that starts at this moment.
    if (systemErrorCode(error) === 'ENOENT') return { queue, log: '', outcome: 'live', lines: 0 }
    return { queue, log: '', outcome: 'failed', lines: 0, reason: messageOf(error) }
  } finally {
    if (fd !== -1) closeSync(fd)
  }
}

/** Puts what waits into the log, and deletes the file when all of it is there. */
function recoverOrphan(queue: string, orphan: Orphan, options: RecoverOptions): Recovery {
  const { memory, log } = orphan
  const progress = { lines: 0 }
  let isDone = false
  try {
    if (options.dryRun === true) return { queue, log, outcome: 'recovered', lines: countLines(orphan) }
    drainOrphan(orphan, options, progress)
    isDone = true
    return { queue, log, outcome: 'recovered', lines: progress.lines }
  } catch (error) {
    return { queue, log, outcome: 'failed', lines: progress.lines, reason: messageOf(error) }
  } finally {
    memory.release(isDone)
  }
}

function finishEndOf(queue: string, orphan: Orphan, options: RecoverOptions): Recovery {
  const { memory, log } = orphan
  const progress = { lines: 0 }
  try {
    finishEnd(orphan, options, progress)
    return { queue, log, outcome: 'recovered', lines: progress.lines }
  } catch (error) {
    return { queue, log, outcome: 'failed', lines: progress.lines, reason: messageOf(error) }
  } finally {
    memory.release(false)
  }
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

function leaveAlone(queue: string): Recovery {
  return { queue, log: '', outcome: 'live', lines: 0 }
}

function withMore(recovery: Recovery, lines: number): Recovery {
  return lines === 0 ? recovery : { ...recovery, lines: recovery.lines + lines }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
