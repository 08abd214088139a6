// Recovery: what a process that was killed had handed over, put into its log. Runs at the next start of a writer for
// that log, and in `choose-l2 recover`. It never throws an application down and never guesses.

import { closeSync, constants, fstatSync, openSync, readSync, renameSync, unlinkSync } from 'node:fs'
import { systemErrorCode } from '../errors.js'
import { loadLibc } from '../native/libc.js'
import { countLines, drainOrphan, settleEnd, type LogOptions, type Orphan } from './drain-orphan.js'
import { inspect } from './inspect.js'
import { logOf } from './log-path.js'
import { MappedMemory } from './mapped-memory.js'
import { LOG_CREATED_AT_OFFSET } from '../queue/layout.js'

const { O_RDONLY, O_RDWR } = constants

/** What became of one queue file. */
export interface Recovery {
  /** The queue file. */
  readonly queue: string
  /** The log its lines belong to, by the name it has now; empty if the file does not tell. */
  readonly log: string
  /**
   * `recovered`: its lines are in the log and it is gone. `live`: its writer runs, or somebody else recovers it at
   * this moment. `damaged`: put aside as `.corrupt`. `failed`: tried, and to be tried again; `reason` says why.
   */
  readonly outcome: 'recovered' | 'live' | 'damaged' | 'failed'
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

/** What a queue file is, under its lock: to be recovered, in use, of another log, never finished, or damaged. */
type Found =
  | { readonly is: 'orphan'; readonly orphan: Orphan }
  | { readonly is: 'live' | 'foreign' | 'empty' }
  | { readonly is: 'damaged'; readonly reason: string }

/** Recovers these queue files, the oldest first. Never throws. */
export function recoverAll(queues: readonly string[], options: RecoverOptions = {}): Recovery[] {
  const byAge = queues.map((queue) => ({ queue, age: ageOf(queue) })).toSorted(compareAges)
  const settled = queues.length > 1 && options.dryRun !== true ? settleEnds(queues, options) : NOTHING_SETTLED
  return byAge
    .map(({ queue }) =>
      withMore(recoverQueue(queue, options, settled.unsettled), settled.lines.get(queue) ?? 0),
    )
    .filter((recovery) => recovery !== null)
}

/** Recovers one queue file; null if it belongs to another log than was asked for. Never throws. */
export function recoverQueue(
  queue: string,
  options: RecoverOptions = {},
  unsettled: readonly UnsettledEnd[] = [],
): Recovery | null {
  try {
    return withQueue(queue, options, (found) => {
      switch (found.is) {
        case 'orphan':
          return recoverOrphan(queue, found.orphan, options, unsettled)
        case 'damaged':
          return putAside(queue, found.reason, options)
        case 'empty':
          return removeEmpty(queue, options)
        case 'live':
          return leftAlone(queue)
        case 'foreign':
          return null
      }
    })
  } catch (error) {
    // Gone since the folder was read: recovered by another process that starts at this moment.
    if (systemErrorCode(error) === 'ENOENT') return leftAlone(queue)
    return { queue, log: '', outcome: 'failed', lines: 0, reason: messageOf(error) }
  }
}

/** A queue may have left a piece of a line at the end of its log, and it could be neither taken back nor finished. */
interface UnsettledEnd {
  readonly queue: string
  /** Its log; null if the queue could not even be opened. */
  readonly log: string | null
  readonly reason: string
}

interface Settled {
  /** How many lines were written for each queue. */
  readonly lines: ReadonlyMap<string, number>
  readonly unsettled: readonly UnsettledEnd[]
}

const NOTHING_SETTLED: Settled = { lines: new Map(), unsettled: [] }
/** The queue may be fine; this process cannot look at it now. */
const NOT_NOW: ReadonlySet<string | undefined> = new Set(['EMFILE', 'ENFILE', 'ENOMEM'])

/**
 * Several writers of one log were killed: what is put behind it must not stick to the piece of a line that one of them
 * left at its end. Never throws.
 */
function settleEnds(queues: readonly string[], options: RecoverOptions): Settled {
  const isShared = queues.some(isLive)
  const lines = new Map<string, number>()
  const unsettled: UnsettledEnd[] = []
  for (const queue of queues) {
    const progress = { lines: 0 }
    let log: string | null = null
    try {
      withQueue(queue, options, (found) => {
        if (found.is !== 'orphan') return
        log = found.orphan.log
        settleEnd(found.orphan, options, progress, isShared)
      })
    } catch (error) {
      // Its own recovery, which follows, meets the same error and reports it. Those of the same log must wait, unless
      // there is no log. A queue that cannot be opened for good (its owner, its mode) stops none.
      const code = systemErrorCode(error)
      const mayHavePiece = log === null ? NOT_NOW.has(code) : code !== 'ENOENT'
      if (mayHavePiece) unsettled.push({ queue, log, reason: messageOf(error) })
    }
    lines.set(queue, progress.lines)
  }
  return { lines, unsettled }
}

/** Whether somebody may hold the queue at this moment: its writer, or another recovery. Never throws. */
function isLive(queue: string): boolean {
  const libc = loadLibc()
  if (!libc.available) return false
  try {
    const fd = openSync(queue, O_RDWR)
    try {
      return !libc.tryLock(fd)
    } finally {
      closeSync(fd)
    }
  } catch (error) {
    return systemErrorCode(error) !== 'ENOENT' // unless it is gone, nobody knows
  }
}

/** Looks what the file is and holds its lock meanwhile: nobody else recovers it, puts it aside or finishes it. */
function withQueue<T>(queue: string, options: RecoverOptions, use: (found: Found) => T): T {
  const libc = loadLibc()
  if (!libc.available) throw new Error(libc.reason)
  const fd = openSync(queue, O_RDWR)
  let memory: MappedMemory | null = null
  try {
    if (!libc.tryLock(fd) || fstatSync(fd).nlink === 0) return use({ is: 'live' })
    const inspection = inspect(fd)
    if (inspection.is !== 'sound') return use(inspection)
    const log = logOf(queue, inspection.notes, options.onlyLog)
    if (log === null) return use({ is: 'foreign' })
    memory = MappedMemory.adopt(queue, fd, inspection.geometry, inspection.lanesUsed)
    return use({ is: 'orphan', orphan: { memory, log } })
  } finally {
    if (memory === null) closeSync(fd)
    else memory.release(false) // and with it the descriptor
  }
}

/** Puts what waits into the log, and deletes the file when all of it is there. */
function recoverOrphan(
  queue: string,
  orphan: Orphan,
  options: RecoverOptions,
  unsettled: readonly UnsettledEnd[],
): Recovery {
  const { memory, log } = orphan
  const progress = { lines: 0 }
  const other = unsettled.find((end) => end.queue !== queue && (end.log === null || end.log === log))
  if (other !== undefined) {
    const reason = `${other.queue} may have left a piece of a line at the end of the log: ${other.reason}`
    return { queue, log, outcome: 'failed', lines: 0, reason }
  }
  try {
    if (options.dryRun === true) return { queue, log, outcome: 'recovered', lines: countLines(orphan) }
    drainOrphan(orphan, options, progress)
    memory.remove()
    return { queue, log, outcome: 'recovered', lines: progress.lines }
  } catch (error) {
    return { queue, log, outcome: 'failed', lines: progress.lines, reason: messageOf(error) }
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
    renameSync(queue, aside)
  }
  return { queue, log: '', outcome: 'damaged', lines: 0, reason }
}

function removeEmpty(queue: string, options: RecoverOptions): Recovery {
  if (options.dryRun !== true) unlinkSync(queue)
  return { queue, log: '', outcome: 'recovered', lines: 0 }
}

function leftAlone(queue: string): Recovery {
  return { queue, log: '', outcome: 'live', lines: 0 }
}

function withMore(recovery: Recovery | null, lines: number): Recovery | null {
  return recovery === null || lines === 0 ? recovery : { ...recovery, lines: recovery.lines + lines }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
