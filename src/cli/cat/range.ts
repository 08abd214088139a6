// Which files can have lines from a range of time. Pure. What a file is named after is the period of its first line; lines
// themselves are not looked at. In doubt, a file is in the range: more may be printed than was asked for, but not less.

import { nextBoundary, periodOf, startOf, type Period, type Schedule } from '../../log/rotation/calendar.js'
import { endOfName } from './moments.js'

/** Of the times asked for. Milliseconds since 1970. */
export interface Range {
  readonly since: number
  /** Not included. */
  readonly until: number
}

/** Everything. */
export const ALWAYS: Range = { since: -Infinity, until: Infinity }

/** Times of a file. */
export interface FileTimes {
  readonly mtimeMs: number
  /** 0 where the file system does not know it. */
  readonly birthtimeMs: number
}

/**
 * True if an archive can have lines from the range.
 * @param period - null: its name does not tell
 * @param lastWrite - to the archive; Infinity: unknown
 */
export function hasLinesFrom(
  { since, until }: Range,
  schedule: Schedule,
  period: Period | null,
  lastWrite: number,
): boolean {
  if (period === null) return lastWrite >= since
  if (startOf(schedule, period) >= until) return false
  return endOfLines(schedule, period) > since || (schedule.interval === null && lastWrite >= since)
}

/**
 * True if the live file can have lines from the range. `since` does not matter: it may get lines at any moment.
 * @param newest - the period of the newest archive
 */
export function isLiveFrom(
  { until }: Range,
  schedule: Schedule,
  newest: Period | null,
  times: FileTimes,
): boolean {
  const earliest = newest === null ? -Infinity : startOf(schedule, newest)
  return Math.max(earliest, startOfLive(schedule, times)) < until
}

/** A log that rotates by time has moved on by then, even if the first line was the last of the period in the name. */
function endOfLines(schedule: Schedule, period: Period): number {
  const end = endOfName(schedule, period)
  return schedule.interval === null ? end : nextBoundary(schedule, end - 1)
}

/** If the log rotates by time, all its lines are from the period of the last write. Both times can be too late, but hardly both. */
function startOfLive(schedule: Schedule, { mtimeMs, birthtimeMs }: FileTimes): number {
  const { interval } = schedule
  if (interval === null) return -Infinity
  const start =
    typeof interval === 'number' ? mtimeMs - interval : startOf(schedule, periodOf(schedule, mtimeMs))
  return Math.min(start, birthtimeMs)
}
