// When a log rotates and what its archives are called, as text in its side file behind the page: `choose-l2 recover` has no
// options, and keeps the limits of the process that was killed. Written by whoever opens the log.

import { ftruncateSync, readSync, writeSync } from 'node:fs'
import type { Schedule } from './calendar.js'
import { HEADER_BYTES } from './header-cell.js'
import type { Rotate } from './rotate-options.js'
import { MAX_LOG_BYTES, SIDE_PAGE_BYTES } from './side-page.js'

/** What a recovery needs to know. */
export type KeptRules = Pick<Rotate, 'maxBytes' | 'schedule' | 'keepsExtension' | 'naming'> & {
  readonly header: string | null
}

const LONGEST = 4 * HEADER_BYTES
const UNITS: readonly unknown[] = ['hour', 'day', 'week', 'month']
const MINUTES_A_DAY = 1440

/** Puts the rules into the side file of this descriptor. */
export function keepRules(sideFd: number, rules: KeptRules): void {
  const { maxBytes, schedule, keepsExtension, naming, header } = rules
  const text = Buffer.from(JSON.stringify({ maxBytes, schedule, keepsExtension, naming, header })) // Infinity is null there
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
  const { maxBytes, schedule, keepsExtension, naming, header } = value as Record<string, unknown>
  const limit = maxBytes === null ? Infinity : maxBytes
  const isWhole =
    typeof limit === 'number' &&
    limit >= 1 &&
    (limit === Infinity || limit <= MAX_LOG_BYTES) &&
    typeof keepsExtension === 'boolean' &&
    (naming === 'dated' || naming === 'numbered') &&
    (header === null || typeof header === 'string') &&
    isSchedule(schedule)
  return isWhole ? { maxBytes: limit, schedule, keepsExtension, naming, header } : null
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
