// When a log's periods begin and end, and what a period is called. Pure functions of a moment, a schedule and the time zone
// of the process. A moment is in milliseconds since 1970.
//
// A boundary is computed from the fields of the calendar, never by adding 24 hours: a day has 23 or 25 hours when the clock
// changes. If the clock skips the time of day of a boundary, the boundary moves by the gap, as Date does (02:30 becomes
// 03:30); if the clock repeats it, the first occurrence counts. An hour is the opposite: it is counted from the moment, as
// the calendar's next hour would come an hour late when the clock repeats one.

import { RealDate } from '../../runtime.js'

/** How long a period is: a calendar unit, or milliseconds. */
export type Interval = 'hour' | 'day' | 'week' | 'month' | number

/** When a log rotates by time. */
export interface Schedule {
  /** Null: never. */
  readonly interval: Interval | null
  /** Time of day at which a day, a week or a month begins, in minutes since midnight. */
  readonly atMinutes: number
  /** Fields of the calendar in UTC, instead of the time zone of the process. */
  readonly isUtc: boolean
}

interface Fields {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
}

/** How precisely a period is named. Parts of a day are named by the hour: where the clock repeats one, minutes would go back. */
export type PeriodKind = 'month' | 'week' | 'day' | 'hour'

/** A period as the name of an archive says it. Months and days count from 1; the fields of its beginning. */
export interface Period {
  readonly kind: PeriodKind
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
}

const MINUTE_MS = 60_000
export const HOUR_MS: number = 60 * MINUTE_MS
export const DAY_MS: number = 24 * HOUR_MS
const DAYS_A_WEEK = 7
/** Monday is the first day of an ISO week, and its Thursday says to which year the week belongs. */
const THURSDAY = 3

/** The first boundary that is later than this moment; `Infinity`: none. */
export function nextBoundary(schedule: Schedule, moment: number): number {
  const { interval } = schedule
  if (interval === null) return Infinity
  if (interval === 'hour') return nextMultiple(schedule, moment, HOUR_MS)
  if (typeof interval !== 'number') {
    for (const { at } of beginnings(schedule, interval, moment, 1)) if (at > moment) return at
    return Infinity
  }
  if (HOUR_MS % interval === 0) return nextMultiple(schedule, moment, interval)
  if (DAY_MS % interval === 0) {
    for (const at of partsOfDay(schedule, interval, moment)) if (at > moment) return at
  }
  return moment + interval
}

/** The period that contains this moment. */
export function periodOf(schedule: Schedule, moment: number): Period {
  const kind = kindOf(schedule.interval)
  if (kind === 'hour') {
    const { minute: _, ...fields } = fieldsOf(schedule, moment)
    return { kind, ...fields }
  }
  for (const { at, period } of beginnings(schedule, kind, moment, -1)) if (at <= moment) return period
  throw new RangeError(`No ${kind} contains ${moment}`)
}

/** When a period with this name begins. */
export function startOf(schedule: Schedule, { kind, year, month, day, hour }: Period): number {
  if (kind === 'hour') return momentOf(schedule, year, month, day, hour, 0)
  return momentOf(schedule, year, month, day, 0, schedule.atMinutes)
}

/** When a period with this name has ended: the end of what its name says, or of the schedule's interval if that is longer. */
export function endOf(schedule: Schedule, period: Period): number {
  const { kind, year, month, day, hour } = period
  const { interval, atMinutes } = schedule
  const atDay = (months: number, days: number): number =>
    momentOf(schedule, year, month + months, day + days, 0, atMinutes)
  switch (kind) {
    case 'month':
      return atDay(1, 0)
    case 'week':
      return atDay(0, DAYS_A_WEEK)
    case 'day':
      return typeof interval === 'number' && interval > DAY_MS ? atDay(0, 0) + interval : atDay(0, 1)
    case 'hour': {
      const length = typeof interval === 'number' ? Math.max(interval, HOUR_MS) : HOUR_MS
      return momentOf(schedule, year, month, day, hour, 0) + length
    }
  }
}

/** Periods in the order of time: a number that is greater for a later one. Independent of any time zone. */
export function orderOf({ year, month, day, hour }: Period): number {
  return RealDate.UTC(year, month - 1, day, hour)
}

/** What an archive of this period is named after: `2026-11-22`, `2026-11-22T10`, `2026-W47`, `2026-11`. */
export function formatPeriod(period: Period): string {
  const { kind, year, month, day, hour } = period
  const yyyy = String(year).padStart(4, '0')
  if (kind === 'week') {
    const week = isoWeek(year, month, day)
    return `${String(week.year).padStart(4, '0')}-W${two(week.number)}`
  }
  const date = `${yyyy}-${two(month)}`
  if (kind === 'month') return date
  if (kind === 'day') return `${date}-${two(day)}`
  return `${date}-${two(day)}T${two(hour)}`
}

const PERIOD = /^(?<year>\d{4})-(?:W(?<week>\d\d)|(?<month>\d\d)(?:-(?<day>\d\d)(?:T(?<hour>\d\d))?)?)$/

/** The opposite of {@link formatPeriod}; null for anything that it does not write, such as `2026-13-45`. */
export function parsePeriod(text: string): Period | null {
  const found = PERIOD.exec(text)?.groups
  if (found === undefined) return null
  const { week, month, day, hour } = found
  const year = Number(found['year'])
  const period =
    week === undefined
      ? {
          kind: kindNamedBy(day, hour),
          year,
          month: Number(month),
          day: Number(day ?? 1),
          hour: Number(hour ?? 0),
        }
      : mondayOf(year, Number(week))
  // Fields that do not exist come back as others: the 31st of a month with 30 days, week 53 of most years.
  return formatPeriod(normalized(period)) === text ? period : null
}

function kindOf(interval: Interval | null): PeriodKind {
  if (interval === null) return 'day'
  if (typeof interval !== 'number') return interval
  if (interval % DAY_MS === 0) return 'day'
  return 'hour'
}

function kindNamedBy(day: string | undefined, hour: string | undefined): PeriodKind {
  if (day === undefined) return 'month'
  return hour === undefined ? 'day' : 'hour'
}

interface Beginning {
  readonly at: number
  readonly period: Period
}

/** Where days, weeks or months begin around a moment: from its own on, forwards (1) or backwards (-1). */
function* beginnings(
  schedule: Schedule,
  kind: 'day' | 'week' | 'month',
  moment: number,
  step: 1 | -1,
): Generator<Beginning> {
  const { year, month, day } = fieldsOf(schedule, moment)
  const monday = day - weekdayOf(year, month, day)
  // From the one before or behind it on: a gap moves a beginning over midnight, and a clock that is set back over midnight
  // goes back into a period that has ended.
  for (let n = -step; ; n += step) {
    const date =
      kind === 'month'
        ? dateOf(year, month + n, 1)
        : kind === 'week'
          ? dateOf(year, month, monday + n * DAYS_A_WEEK)
          : dateOf(year, month, day + n)
    const at = momentOf(schedule, date.year, date.month, date.day, 0, schedule.atMinutes)
    yield { at, period: { kind, ...date, hour: 0 } }
  }
}

/** The multiples of an interval since midnight, by the clock on the wall. */
function* partsOfDay(schedule: Schedule, interval: number, moment: number): Generator<number> {
  const { year, month, day } = fieldsOf(schedule, moment)
  for (let n = 0; ; n++) yield momentOf(schedule, year, month, day, 0, (n * interval) / MINUTE_MS)
}

/** The next multiple of a part of an hour. */
function nextMultiple(schedule: Schedule, moment: number, interval: number): number {
  const whole = Math.floor(moment)
  const { minute } = fieldsOf(schedule, whole)
  const sinceHour = minute * MINUTE_MS + (((whole % MINUTE_MS) + MINUTE_MS) % MINUTE_MS)
  return whole + interval - (sinceHour % interval)
}

function fieldsOf({ isUtc }: Schedule, moment: number): Fields {
  const date = new RealDate(moment)
  if (isUtc) return fieldsInUtc(date)
  return {
    year: date.getFullYear(),
    month: date.getMonth() + 1,
    day: date.getDate(),
    hour: date.getHours(),
    minute: date.getMinutes(),
  }
}

function fieldsInUtc(date: Date): Fields {
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
  }
}

function momentOf(
  { isUtc }: Schedule,
  year: number,
  month: number,
  day: number,
  hour: number,
  minutes: number,
): number {
  const minute = Math.trunc(minutes)
  const ms = Math.round((minutes - minute) * MINUTE_MS)
  if (isUtc) return RealDate.UTC(year, month - 1, day, hour, minute, 0, ms)
  return new RealDate(year, month - 1, day, hour, minute, 0, ms).getTime()
}

/** A date whose month or day may be out of range. */
function dateOf(year: number, month: number, day: number): Pick<Period, 'year' | 'month' | 'day'> {
  const fields = fieldsInUtc(new RealDate(RealDate.UTC(year, month - 1, day)))
  return { year: fields.year, month: fields.month, day: fields.day }
}

function normalized(period: Period): Period {
  const { minute: _, ...fields } = fieldsInUtc(new RealDate(orderOf(period)))
  return { kind: period.kind, ...fields }
}

/** 0 = Monday. */
function weekdayOf(year: number, month: number, day: number): number {
  const sunday = new RealDate(RealDate.UTC(year, month - 1, day)).getUTCDay()
  return (sunday + DAYS_A_WEEK - 1) % DAYS_A_WEEK
}

function isoWeek(
  year: number,
  month: number,
  day: number,
): { readonly year: number; readonly number: number } {
  const thursday = dateOf(year, month, day - weekdayOf(year, month, day) + THURSDAY)
  const days =
    (RealDate.UTC(thursday.year, thursday.month - 1, thursday.day) - RealDate.UTC(thursday.year, 0)) / DAY_MS
  return { year: thursday.year, number: Math.floor(days / DAYS_A_WEEK) + 1 }
}

/** The Monday of an ISO week. The 4th of January is always in week 1. */
function mondayOf(year: number, week: number): Period {
  const day = 4 - weekdayOf(year, 1, 4) + (week - 1) * DAYS_A_WEEK
  return { kind: 'week', ...dateOf(year, 1, day), hour: 0 }
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}
