// The queue that a writer makes for itself: in a file beside the log where that is safe, else in memory. Before it
// makes one, it takes up the queues that killed writers of the same log have left.

import { existsSync } from 'node:fs'
import { types } from 'node:util'
import { QueuePolicy } from '../constants.js'
import type { ThreadsMemory } from '../memory/open-memory.js'
import { createQueueFile, queueFilesOf, queueFolder } from '../memory/queue-file.js'
import { recoverAll } from '../recovery/recover.js'
import type { Recovery } from '../recovery/recovery.js'
import { sinkStateIn } from '../memory/log-notes.js'
import { ChooseL2Error, type ErrorCode } from '../errors.js'
import { invalid } from '../expect.js'
import type { ResolvedOptions } from '../options.js'
import { Q } from '../q/q.js'
import { Doorbell } from '../queue/doorbell.js'
import { writeMarker } from '../queue/drop-marker.js'
import { geometryOf, type Geometry } from '../queue/geometry.js'
import { SharedMemory } from '../queue/memory.js'
import type { Log } from '../log/log.js'
import { expectNotKept, expectUnlocked } from '../log/locked.js'
import { realFileOf } from '../log/real-path.js'
import { emptyLog } from '../log/open-log.js'
import { sideFileOf } from '../log/rotation/archive-names.js'
import { expectPathFor, startLive, type Started } from '../log/start-live.js'
import { isKernelPath } from '../memory/log-path.js'
import { now } from '../runtime.js'

interface NewQueue {
  readonly memory: ThreadsMemory
  readonly doorbell: Doorbell
  /** Why what is handed over would not survive the death of the process; null if it would. */
  readonly notCrashSafeBecause: string | null
  /** True if an option asks for a queue file that cannot be made, which its user must hear of. */
  readonly isOptionsFault: boolean
  /** As if the writer had never been: for one that could not be made. */
  readonly discard: () => void
}

/** A writer's queue and how it came to be. */
export interface WriterQueue extends NewQueue {
  /** What became of the queues that were found. */
  readonly recoveries: readonly Recovery[]
  readonly started: Started
}

/** An application that starts waits no longer than this for what earlier ones left, and at least one queue is recovered. */
const RECOVERY_MS = 1000

const UNAVAILABLE: ErrorCode = 'ERR_CRASH_SAFETY_UNAVAILABLE'

const USERS_QUEUE = { notCrashSafeBecause: 'the queue was passed by the application', isOptionsFault: false }

/** Throws if the user's queue cannot serve a writer with these options; call before any file is touched. */
export function expectUsable(q: Q | null, options: ResolvedOptions): void {
  if (q === null) return
  if (types.isProxy(q) || !(q instanceof Q))
    throw invalid('q', 'to be a Q, or null for a queue of its own', q)
  if (options.crashSafe === true) {
    throw invalid('crashSafe', 'not to be true for a queue of your own, which lies in memory', true)
  }
  q.expectFree()
  if (options.policy === QueuePolicy.DROP_OLDEST && !q.canDropOldest) {
    const expected = "other than 'drop_oldest', as the queue was made with dropOldest: false"
    throw invalid('policy', expected, options.policy)
  }
}

/** The queue for a writer: the user's, or a new one after recovering what was left behind. */
export function queueFor(q: Q | null, log: Log, options: ResolvedOptions): WriterQueue {
  expectFile(log, options)
  const isExclusive = log.isMapped || keepsForItself(options)
  const recoveries = q === null ? recoverWhatWasLeft(log, options, isExclusive) : []
  prepareEnd(log, options)
  const started = startLive(log, { ...options, syncsFolder: options.syncInterval > 0 })
  const queue = q === null ? makeQueue(log, options) : usersQueue(q)
  // In a queue file it stands from the beginning on: who finds one must be able to believe it.
  if (queue.notCrashSafeBecause !== null) {
    sinkStateIn(queue.memory.buffer).position = log.size
    writeMarker(queue.memory.buffer, options.dropMarker)
  }
  return { ...queue, recoveries, started }
}

/** Numbered archives cannot be shared: a number means another file after each rotation. */
function keepsForItself({ lock, rotate }: ResolvedOptions): boolean {
  return lock || rotate?.naming === 'numbered'
}

/** False: the writer thread loads it, which costs this thread nothing. */
function usesKoffi(options: ResolvedOptions): boolean {
  return options.crashSafe !== false || options.rotate !== null || keepsForItself(options) || !options.thread
}

/** Before anything is changed: the options may need a file, and somebody else may keep it for himself. */
function expectFile(log: Log, options: ResolvedOptions): void {
  const needed = options.rotate === null ? (options.lock ? 'lock' : null) : 'rotate'
  if (needed !== null) expectPathFor(needed, log, isKernelPath(log.path))
  if (!log.isOwned || !log.isFile || log.isMapped) return
  if (usesKoffi(options)) expectUnlocked(log, keepsForItself(options))
  else expectNotKept(log)
}

function recoverWhatWasLeft(log: Log, options: ResolvedOptions, isExclusive: boolean): Recovery[] {
  if (options.crashSafe === false || !log.isOwned) return []
  const queues = queueFilesOf(log.path, queueFolder(log.path, options.queueDir))
  if (queues.length === 0) return []
  // A recovery of a rotating log may begin another file, and locks the one that it writes to.
  const givesLockBack = isExclusive && existsSync(sideFileOf(realFileOf(log.path)))
  if (givesLockBack) log.unlock()
  const recoveries = recoverAll(queues, {
    fileMode: options.fileMode,
    holdsLock: isExclusive && !givesLockBack,
    onlyLog: log.path,
    deadline: now() + RECOVERY_MS,
  })
  if (givesLockBack) expectUnlocked(log, true)
  return recoveries
}

/**
 * Sees to it that the log ends where it should, after the recovery: with `append: false`, what an earlier run left goes
 * with what it wrote, as it would have if that run had ended well.
 */
function prepareEnd(log: Log, options: ResolvedOptions): void {
  if (!options.append) emptyLog(log)
  else log.cutTail()
}

function makeQueue(log: Log, options: ResolvedOptions): NewQueue {
  const geometry = geometryOf(
    options.lanes,
    options.queueSize,
    options.queueBytes,
    options.policy === QueuePolicy.DROP_OLDEST,
  )
  if (options.crashSafe === false) return inMemory(geometry, 'the option crashSafe is false')
  const folder = queueFolder(log.path, options.queueDir)
  const file = createQueueFile(log, options.dropMarker, folder, geometry)
  if ('memory' in file) {
    const { memory } = file
    const discard = (): void => memory.release(true)
    return { memory, doorbell: new Doorbell(), notCrashSafeBecause: null, isOptionsFault: false, discard }
  }
  if (options.crashSafe === true) {
    const advice = 'Leave the option out to do without it where it is not supported'
    throw new ChooseL2Error(
      UNAVAILABLE,
      `${log.path} cannot have a crash-safe queue: ${file.reason}. ${advice}`,
      {
        cause: file.cause,
      },
    )
  }
  return { ...inMemory(geometry, file.reason), isOptionsFault: file.isOptionsFault === true }
}

function usersQueue(q: Q): NewQueue {
  return { ...q.takeForWriter(), ...USERS_QUEUE, discard: () => q.giveBack() }
}

function inMemory(geometry: Geometry, reason: string): NewQueue {
  return {
    memory: SharedMemory.create(geometry),
    doorbell: new Doorbell(),
    notCrashSafeBecause: reason,
    isOptionsFault: false,
    discard: () => {}, // goes with its last view
  }
}
