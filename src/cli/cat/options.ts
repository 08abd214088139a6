// The flags of `choose-l2 cat`.

import type { RotateSettings } from '../archives/rotate-flags.js'
import { UsageError } from '../errors.js'
import type { Flag } from '../flags.js'
import { MOMENT_FORM, readMoment } from './moments.js'
import { ALWAYS, type Range } from './range.js'

/** What the command line says. */
export interface CatSettings extends RotateSettings {
  since: string | null
  until: string | null
}

/** Which files are printed. */
export const RANGE_FLAGS: readonly Flag<CatSettings>[] = [
  {
    name: 'since',
    value: 'time',
    help: 'leave out archives that end before it',
    apply: (settings, text) => (settings.since = text),
  },
  {
    name: 'until',
    value: 'time',
    help: 'leave out files that begin after it; a day or an hour is included as a whole',
    apply: (settings, text) => (settings.until = text),
  },
]

/** Checks --since and --until. They are read when it is known whether they are in UTC. */
export function readRange({ since, until }: CatSettings, isUtc: boolean, help: string): Range {
  const read = (name: string, text: string): { readonly start: number; readonly end: number } => {
    const span = readMoment(text, isUtc)
    if (span === null) throw new UsageError(`Expected --${name} ${MOMENT_FORM}, got '${text}'`, help)
    return span
  }
  const range = {
    since: since === null ? ALWAYS.since : read('since', since).start,
    until: until === null ? ALWAYS.until : read('until', until).end,
  }
  if (range.since <= range.until) return range
  throw new UsageError(`Expected --since to be before --until, got '${since}' and '${until}'`, help)
}
