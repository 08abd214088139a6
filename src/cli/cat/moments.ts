// What --since and --until say: a moment, or a month, a week, a day or an hour as a whole.

import { formatPeriod, HOUR_MS, parsePeriod, periodOf, startOf, endOf } from '../../log/rotation/calendar.js'
import type { Period, Schedule } from '../../log/rotation/calendar.js'

/** From its beginning up to, but not including, its end. Milliseconds since 1970. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** What {@link readMoment} takes; completes "Expected --since". */
export const MOMENT_FORM: string =
  "to be a date or time like '2026-11-22', '2026-11-22T10', '2026-11-22T10:30' or '2026-11-22T10:30:00Z'"

const TIME =
  /^(?<date>\d{4}-\d\d-\d\d)[T ](?<time>(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,3})?)?)(?<zone>Z|[+-]\d\d:\d\d)?$/

/** Null for anything else, such as a day that does not exist. */
export function readMoment(text: string, isUtc: boolean): Span | null {
  const period = parsePeriod(text)
  if (period !== null) {
    const midnight: Schedule = { interval: null, atMinutes: 0, isUtc }
    return { start: startOf(midnight, period), end: endOfName(midnight, period) }
  }
  const { date, time, zone } = TIME.exec(text)?.groups ?? {}
  if (date === undefined || time === undefined || parsePeriod(date) === null) return null
  const at = Date.parse(`${date}T${time}${zone ?? (isUtc ? 'Z' : '')}`)
  return Number.isNaN(at) ? null : { start: at, end: at }
}

/** The end of what the name of a period says, whatever the interval. Of an hour that the clock repeats, the second end. */
export function endOfName(schedule: Schedule, period: Period): number {
  let end = endOf({ ...schedule, interval: null }, period)
  if (period.kind !== 'hour') return end
  const hourly: Schedule = { ...schedule, interval: 'hour' }
  while (formatPeriod(periodOf(hourly, end)) === formatPeriod(period)) end += HOUR_MS
  return end
}
