// When a log rotates, what its archives are called and how long they are kept, as text in its side file behind the page:
// `choose-l2 recover` has no options, and keeps the limits of the process that was killed; `archives` and `cat` know the names.
// Written by each writer that opens the log.

import { ftruncateSync, readSync, writeSync } from 'node:fs'
import type { Schedule } from './calendar.js'
import { HEADER_BYTES } from './header-cell.js'
import type { RetentionLimits } from './retention.js'
import type { Rotate, RotateOptions } from './rotate-options.js'
import { MAX_LOG_BYTES, SIDE_PAGE_BYTES } from './side-page.js'

/** What those who have no options need to know. */
export type KeptRules = Pick<Rotate, 'maxBytes' | 'schedule' | 'retention' | 'keepsExtension' | 'naming'> & {
  readonly header: string | null
}

const LONGEST = 4 * HEADER_BYTES
const UNITS: readonly unknown[] = ['hour', 'day', 'week', 'month']
const MINUTES_AN_HOUR = 60
const MINUTES_A_DAY = 1440

/** Puts the rules into the side file of this descriptor. */
export function keepRules(sideFd: number, rules: KeptRules): void {
  const { maxBytes, schedule, retention, keepsExtension, naming, header } = rules
  const kept = { maxBytes, schedule, retention, keepsExtension, naming, header } // Infinity is null in JSON
  const text = Buffer.from(JSON.stringify(kept))
  writeSync(sideFd, text, 0, text.length, SIDE_PAGE_BYTES)
  ftruncateSync(sideFd, SIDE_PAGE_BYTES + text.length)
}

/** The rules in a side file; null if there are none, or if they are not as they were written. */
export function keptRules(sideFd: number): KeptRules | null {
  const text = Buffer.alloc(LONGEST)
  const length = readSync(sideFd, text, 0, text.length, SIDE_PAGE_BYTES)
  try {
    return checked(JSON.parse(text.toString('utf8', 0, length)))
  } catch {
    return null
  }
}

function checked(value: unknown): KeptRules | null {
  const { maxBytes, schedule, retention, keepsExtension, naming, header } = value as Record<string, unknown>
  const limit = maxBytes === null ? Infinity : maxBytes
  const limits = limitsOf(retention)
  const isWhole =
    typeof limit === 'number' &&
    limit >= 1 &&
    (limit === Infinity || limit <= MAX_LOG_BYTES) &&
    typeof keepsExtension === 'boolean' &&
    (naming === 'dated' || naming === 'numbered') &&
    (header === null || typeof header === 'string') &&
    limits !== null &&
    isSchedule(schedule)
  return isWhole ? { maxBytes: limit, schedule, retention: limits, keepsExtension, naming, header } : null
}

function limitsOf(value: unknown): RetentionLimits | null {
  if (typeof value !== 'object' || value === null) return null
  const { keep, maxAge, maxTotal, minFree } = value as Record<string, unknown>
  const [a, b, c, d] = [keep, maxAge, maxTotal, minFree].map((limit) => (limit === null ? Infinity : limit))
  const isLimit = (limit: unknown): limit is number => typeof limit === 'number' && limit >= 0
  if (!isLimit(a) || !isLimit(b) || !isLimit(c) || !isLimit(d)) return null
  return { keep: a, maxAge: b, maxTotal: c, minFree: d }
}

/** The same as an application would write it. */
export function keptOptions({
  maxBytes,
  schedule,
  retention,
  keepsExtension,
  naming,
}: KeptRules): RotateOptions {
  const { interval, atMinutes, isUtc } = schedule
  const { keep, maxAge, maxTotal, minFree } = retention
  const twoDigits = (n: number): string => String(n).padStart(2, '0')
  const at = `${twoDigits(Math.floor(atMinutes / MINUTES_AN_HOUR))}:${twoDigits(atMinutes % MINUTES_AN_HOUR)}`
  return {
    ...(maxBytes === Infinity ? {} : { size: maxBytes }),
    ...(interval === null ? {} : { interval }),
    ...(atMinutes === 0 ? {} : { at }),
    utc: isUtc,
    keep,
    ...(maxAge === Infinity ? {} : { maxAge }),
    ...(maxTotal === Infinity ? {} : { maxTotal }),
    ...(minFree === 0 ? {} : { minFree }),
    naming,
    keepExtension: keepsExtension,
  }
}

function isSchedule(value: unknown): value is Schedule {
  if (typeof value !== 'object' || value === null) return false
  const { interval, atMinutes, isUtc } = value as Partial<Record<keyof Schedule, unknown>>
  return (
    (interval === null || UNITS.includes(interval) || (typeof interval === 'number' && interval >= 1)) &&
    typeof atMinutes === 'number' &&
    atMinutes >= 0 &&
    atMinutes < MINUTES_A_DAY &&
    typeof isUtc === 'boolean'
  )
}
