// Recovery: writes the remaining lines of a killed process to its log. Runs at the next start of a writer for that log,
// and in `choose-l2 recover`. It never brings an application down and never guesses.

import { lstatSync, renameSync, unlinkSync } from 'node:fs'
import { systemErrorCode } from '../errors.js'
import { LockPatience } from '../native/lock.js'
import { now } from '../runtime.js'
import { countLines, drainOrphan, type Orphan } from './drain-orphan.js'
import { othersLog, withQueue } from './open-orphan.js'
import { recoverAsOwner } from './recover-as-owner.js'
import { hasLostLine, LOST_LINE } from './lost-line.js'
import { answerAll, messageOf, type Recovery, type RecoverOptions } from './recovery.js'
import { NOTHING_SETTLED, settleEnds, type UnsettledEnd } from './settle-ends.js'
import { byAge, look, type Sighting } from './survey.js'
import { RefusedFile } from '../log/trusted-log.js'
import { isOwnerOfLog } from './trusted-file.js'

/** Recovers these queue files, the oldest first. Never throws. */
export function recoverAll(queues: readonly string[], options: RecoverOptions = {}): Recovery[] {
  const sightings = queues.map(look).toSorted(byAge)
  const shared = { ...options, patience: new LockPatience() }
  return [...recoverOwn(sightings, shared), ...recoverOthers(sightings, options)]
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
    return notDone(queue, '', 0, error)
  }
}

/**
 * The queues of this process's user, and those that are refused. At least one even after the deadline, so that every
 * start makes progress.
 */
function recoverOwn(sightings: readonly Sighting[], options: RecoverOptions): Recovery[] {
  const own = sightings.filter(({ owner }) => owner === null)
  const isShared = sightings.some(({ mayBeLive, owner }) => mayBeLive || owner !== null)
  const settled =
    own.length > 1 && options.dryRun !== true ? settleEnds(own, options, isShared) : NOTHING_SETTLED
  const recoveries: Recovery[] = []
  for (const [n, { queue }] of own.entries()) {
    if (n > 0 && isLate(options)) return [...recoveries, ...postponeAll(own.slice(n))]
    const recovery = recoverQueue(queue, options, settled.unsettled)
    if (recovery === null) continue
    recoveries.push({ ...recovery, lines: recovery.lines + (settled.lines.get(queue) ?? 0) })
  }
  return recoveries
}

/** Root recovers the queues of other users with the rights of each. */
function recoverOthers(sightings: readonly Sighting[], options: RecoverOptions): Recovery[] {
  const groups = new Map<number, Sighting[]>()
  for (const sighting of sightings) {
    if (sighting.owner === null) continue
    const group = groups.get(sighting.owner.uid)
    if (group === undefined) groups.set(sighting.owner.uid, [sighting])
    else group.push(sighting)
  }
  return [...groups].flatMap(([uid, group]) => {
    if (isLate(options)) return postponeAll(group)
    const queues = group.map(({ queue }) => queue)
    if (options.onlyLog !== undefined && !isOwnerOfLog(uid, options.onlyLog)) {
      return answerAll(queues, 'refused', othersLog(uid))
    }
    return recoverAsOwner({ uid, gid: group[0]?.owner?.gid ?? uid }, queues, options)
  })
}

/** Writes what waits to the log, and deletes the file when all of it is there. */
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
    const lost = hasLostLine(memory) ? { reason: LOST_LINE } : {}
    if (options.dryRun === true)
      return { queue, log, outcome: 'recovered', lines: countLines(orphan), ...lost }
    drainOrphan(orphan, options, progress)
    memory.remove()
    return { queue, log, outcome: 'recovered', lines: progress.lines, ...lost }
  } catch (error) {
    return notDone(queue, log, progress.lines, error)
  }
}

function putAside(queue: string, reason: string, options: RecoverOptions): Recovery {
  if (options.dryRun !== true) renameSync(queue, freeName(`${queue}.corrupt`))
  return { queue, log: '', outcome: 'damaged', lines: 0, reason }
}

/** A file that was put aside earlier is kept. */
function freeName(path: string): string {
  for (let n = 1; ; n++) {
    const name = n === 1 ? path : `${path}.${n}`
    if (lstatSync(name, { throwIfNoEntry: false }) === undefined) return name
  }
}

function removeEmpty(queue: string, options: RecoverOptions): Recovery {
  if (options.dryRun !== true) unlinkSync(queue)
  return { queue, log: '', outcome: 'recovered', lines: 0 }
}

function leftAlone(queue: string): Recovery {
  return { queue, log: '', outcome: 'live', lines: 0 }
}

function notDone(queue: string, log: string, lines: number, error: unknown): Recovery {
  const outcome = error instanceof RefusedFile ? 'refused' : 'failed'
  return { queue, log, outcome, lines, reason: messageOf(error) }
}

function postponeAll(sightings: readonly Sighting[]): Recovery[] {
  const queues = sightings.map(({ queue }) => queue)
  return answerAll(queues, 'postponed', 'the start of a writer spends a limited time on recovery')
}

function isLate({ deadline = Infinity }: RecoverOptions): boolean {
  return now() >= deadline
}
