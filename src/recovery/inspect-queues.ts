// `inspectQueues`: what the queue files of running and of killed writers say, for tools outside of their process. It reads with
// read(2), takes no lock and needs no koffi, so it works while a writer is stuck, stopped in a debugger, or dead.
//
// The writer goes on while it is read. So numbers of one queue may be a few lines apart, and each is kept within what is possible.

import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync } from 'node:fs'
import { getSystemErrorName } from 'node:util'
import { expectOptions } from '../expect.js'
import { lockHolder } from '../log/locked.js'
import { wordsAt } from '../memory/inspect-lanes.js'
import { LogNotes } from '../memory/log-notes.js'
import { DrainRecord, FailedCall } from '../queue/drain-record.js'
import { laneOffset, type Geometry } from '../queue/geometry.js'
import * as layout from '../queue/layout.js'
import { geometryChecksum, readGeometry } from '../queue/memory.js'
import { findQueues } from './find-queues.js'

const { O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants

/** What a queue file says. Numbers are those of its writer since it was created. */
export interface QueueStatus {
  /** Path of the queue file. */
  readonly queue: string
  /** Path of the log; empty if the file does not say it. */
  readonly log: string
  /**
   * `live`: its writer runs. `stopped`: its process is stopped, as by a debugger. `left`: its process is gone; the next start or
   * `choose-l2 recover` writes what waits. `empty`: nothing was ever handed over, or all is written. `unreadable`: see `reason`.
   */
  readonly state: 'live' | 'stopped' | 'left' | 'empty' | 'unreadable'
  readonly reason?: string
  /** The process that has created it. */
  readonly pid: number
  /** When it was created, in milliseconds since 1970. */
  readonly createdAt: number
  /** Lines that wait, the bytes of those, and how many lines may wait. */
  readonly pending: number
  readonly pendingBytes: number
  readonly capacity: number
  readonly written: number
  readonly bytesWritten: number
  readonly dropped: number
  /** Milliseconds that `send` has waited for room. */
  readonly blockedMs: number
  /** Writes that reached the kernel. */
  readonly flushes: number
  /** Failed writes, syncs and rotations; each is retried. */
  readonly errors: number
  /** The last of them; `null` if there was none. `at` is in milliseconds since 1970. */
  readonly lastError: { readonly during: string; readonly code: string; readonly at: number } | null
}

/** Options of {@link inspectQueues}. */
export interface InspectQueuesOptions {
  /** The folder of the queue files, if the writers were given one. Default: the folder of the log. */
  queueDir?: string
}

const OPTIONS: readonly (keyof InspectQueuesOptions)[] = ['queueDir']

/** Of a queue file that says nothing. */
const NOTHING = {
  log: '',
  pid: 0,
  createdAt: 0,
  pending: 0,
  pendingBytes: 0,
  capacity: 0,
  written: 0,
  bytesWritten: 0,
  dropped: 0,
  blockedMs: 0,
  flushes: 0,
  errors: 0,
  lastError: null,
}

/**
 * Reads the queue files of logs, of running writers and of those that were killed. It changes nothing.
 *
 * @param targets logs, or folders: the queues of all logs in them
 * @returns one entry for each queue file; never throws for what one holds
 * @throws ChooseL2Error `ERR_INVALID_ARGUMENT`; `ERR_OPEN_FAILED` for a folder that cannot be read
 *
 * @example
 * ```js
 * import { inspectQueues } from 'choose-l2'
 *
 * for (const { log, state, pending } of inspectQueues('.')) console.log(`${log}: ${state}, ${pending} lines wait`)
 * ```
 */
export function inspectQueues(
  targets: string | readonly string[],
  options: InspectQueuesOptions = {},
): QueueStatus[] {
  expectOptions(options, OPTIONS)
  const found = findQueues(targets, options.queueDir ?? null)
  const queues = new Set(found.flatMap(({ queues }) => queues))
  return [...queues].flatMap((queue) => read(queue) ?? [])
}

/** Null for a queue that is gone by now. */
function read(queue: string): QueueStatus | null {
  let fd: number
  try {
    fd = openToRead(queue)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    return unreadable(queue, messageOf(error))
  }
  try {
    return readOpen(queue, fd)
  } catch (error) {
    return unreadable(queue, messageOf(error))
  } finally {
    closeSync(fd)
  }
}

/** Other than for a recovery, the owner does not matter: what is read goes nowhere but to the caller. */
function openToRead(queue: string): number {
  if (!lstatSync(queue).isFile()) throw new Error('it is no regular file')
  return openSync(queue, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
}

function readOpen(queue: string, fd: number): QueueStatus | null {
  const header = wordsAt(fd, 0, layout.HEADER_BYTES)
  const magic = header[layout.H_MAGIC]
  if (magic === 0 || magic === layout.MAGIC_EMPTY) return { ...NOTHING, queue, state: 'empty' }
  if (magic !== layout.MAGIC) return unreadable(queue, 'it does not begin like a queue file')
  if (header[layout.H_VERSION] !== layout.LAYOUT_VERSION)
    return unreadable(queue, `its version is ${header[layout.H_VERSION]}, not ${layout.LAYOUT_VERSION}`)
  const geometry = readGeometry(header.buffer)
  const used = header[layout.H_LANES_USED] ?? 0
  if (header[layout.H_GEOMETRY_CHECK] !== geometryChecksum(header) || used < 0 || used > geometry.lanes)
    return unreadable(queue, 'its measures are impossible')
  if (fstatSync(fd).nlink === 0) return null
  const notes = new LogNotes(header.buffer)
  const record = new DrainRecord(header.buffer)
  const lanes = Array.from({ length: used }, (_, lane) => readLane(fd, geometry, lane))
  const sum = (name: keyof LaneNumbers): number => lanes.reduce((total, lane) => total + lane[name], 0)
  return {
    queue,
    log: notes.path,
    state: stateOf(queue),
    pid: notes.pid,
    createdAt: Math.round(notes.createdAt),
    pending: sum('pending'),
    pendingBytes: sum('pendingBytes'),
    capacity: geometry.lineLimit * Math.max(1, used),
    written: sum('written'),
    bytesWritten: sum('bytesWritten'),
    dropped: sum('dropped'),
    blockedMs: sum('blockedMs'),
    flushes: record.flushes,
    errors: record.errors,
    lastError: lastErrorOf(record),
  }
}

interface LaneNumbers {
  readonly pending: number
  readonly pendingBytes: number
  readonly written: number
  readonly bytesWritten: number
  readonly dropped: number
  readonly blockedMs: number
}

function readLane(fd: number, geometry: Geometry, lane: number): LaneNumbers {
  const start = laneOffset(geometry, lane)
  const words = wordsAt(fd, start, layout.LANE_HEADER_BYTES)
  const totals = new Float64Array(words.buffer)
  const head = words[layout.L_HEAD] ?? 0
  const tail = words[layout.L_TAIL] ?? 0
  const endOf = (line: number): number => {
    const slot = line & (geometry.lineCapacity - 1)
    return wordsAt(fd, start + layout.LANE_HEADER_BYTES + slot * 4, 4)[0] ?? 0
  }
  const pending = within((tail - head) | 0, geometry.lineLimit)
  return {
    pending,
    pendingBytes: pending === 0 ? 0 : within((endOf(tail - 1) - endOf(head - 1)) | 0, geometry.dataCapacity),
    written: totals[layout.L_WRITTEN] ?? 0,
    bytesWritten: totals[layout.L_WRITTEN_BYTES] ?? 0,
    dropped: totals[layout.L_DROPPED] ?? 0,
    blockedMs: totals[layout.L_BLOCKED_MS] ?? 0,
  }
}

function within(number: number, most: number): number {
  return Math.min(Math.max(0, number), most)
}

/** The owner of a live queue holds a lock of its file; the kernel lists all locks. */
function stateOf(queue: string): 'live' | 'stopped' | 'left' {
  const holder = lockHolder(queue)
  if (holder === undefined) return 'left'
  return isStopped(holder) ? 'stopped' : 'live'
}

/** proc_pid_stat(5): the state follows the name of the program, which is in parentheses. */
function isStopped(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return /^[Tt]/.test(stat.slice(stat.lastIndexOf(')') + 2))
  } catch {
    return false // of another user, or gone
  }
}

function lastErrorOf(record: DrainRecord): QueueStatus['lastError'] {
  const { call, errno, at } = record.lastError
  if (call === 0) return null
  const during = Object.entries(FailedCall).find(([, number]) => number === call)?.[0] ?? 'unknown'
  return { during, code: errno === 0 ? 'unknown' : getSystemErrorName(errno), at: Math.round(at) }
}

function unreadable(queue: string, reason: string): QueueStatus {
  return { ...NOTHING, queue, state: 'unreadable', reason }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
