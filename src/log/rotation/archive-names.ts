// What the archives of a log are called, and which names in a folder are archives. Pure. A name counts only if it is exactly
// one that this package writes; every other file is left alone.
//
//   app.log.2026-11-22.1          period of the first line, then a sequence number that begins at 1
//   app.log.2026-11-22.1.gz       the same archive, compressed
//   app.log.2026-11-22.1.gz.tmp   its compression in progress
//   app-2026-11-22.1.log          with `keepsExtension`
//   app.log.1                     with `isNumbered`: the newest; a rotation makes app.log.2 of it

import { basename, dirname, extname, join } from 'node:path'
import { formatPeriod, orderOf, parsePeriod, periodOf, type Period, type Schedule } from './calendar.js'

/** How the archives of one log are named. */
export interface Naming {
  /** The name of the live file, without a folder. */
  readonly log: string
  readonly keepsExtension: boolean
  readonly isNumbered: boolean
}

/** An archive's name, taken apart. */
export interface ArchiveName {
  readonly name: string
  /** Null: it has only a number. */
  readonly period: Period | null
  readonly sequence: number
  readonly form: 'plain' | 'gz' | 'zst'
  /** True for a compression in progress. */
  readonly isTemporary: boolean
}

const FORM = /(?:\.(?<form>gz|zst)(?<temporary>\.tmp)?)?$/
const MIDDLE = /^(?<period>[^.]+)\.(?<sequence>[1-9]\d{0,14})$/
const NUMBER = /^(?<sequence>[1-9]\d{0,14})$/
const LARGEST_NUMBER = 999_999_999_999_999

/** The path of the side file of a log, which is none of its archives. */
export function sideFileOf(log: string): string {
  return join(dirname(log), `.${basename(log)}.lock`)
}

/** Null for a file that is no archive of this log. */
export function parseArchiveName(naming: Naming, name: string): ArchiveName | null {
  const [before, after] = surroundings(naming)
  const { form, temporary } = FORM.exec(name)?.groups ?? {}
  const plain = form === undefined ? name : name.slice(0, name.lastIndexOf(`.${form}`))
  const isOurs = plain.startsWith(before) && plain.endsWith(after)
  if (!isOurs || plain.length <= before.length + after.length) return null
  const pattern = naming.isNumbered ? NUMBER : MIDDLE
  const middle = pattern.exec(plain.slice(before.length, plain.length - after.length))?.groups
  if (middle === undefined) return null
  const period = naming.isNumbered ? null : parsePeriod(middle['period'] ?? '')
  if (period === null && !naming.isNumbered) return null
  return {
    name,
    period,
    sequence: Number(middle['sequence']),
    form: (form as 'gz' | 'zst' | undefined) ?? 'plain',
    isTemporary: temporary !== undefined,
  }
}

/** The archives among the names in a folder, the oldest first; of one archive, the plain form comes first. */
export function archivesAmong(naming: Naming, names: readonly string[]): ArchiveName[] {
  return names
    .map((name) => parseArchiveName(naming, name))
    .filter((archive) => archive !== null)
    .sort(byAge)
}

/** Older archives first. */
export function byAge(a: ArchiveName, b: ArchiveName): number {
  if (a.period === null || b.period === null) return b.sequence - a.sequence || compare(a.name, b.name)
  return (
    orderOf(a.period) - orderOf(b.period) ||
    compare(formatPeriod(a.period), formatPeriod(b.period)) ||
    a.sequence - b.sequence ||
    compare(a.name, b.name)
  )
}

/** The same for all forms of an archive, and for no other one. */
export function keyOf({ period, sequence }: ArchiveName): string {
  return period === null ? `${sequence}` : `${formatPeriod(period)}.${sequence}`
}

/**
 * The name for an archive whose first line is of this moment: one more than the largest number of its period. Where that is
 * the largest there is, which only a foreign file has, one more than the largest with a free one behind it. With numbers
 * alone, 1: see {@link shiftedNames}.
 */
export function nextArchiveName(
  naming: Naming,
  schedule: Schedule,
  names: readonly string[],
  firstLine: number,
): string {
  const [before, after] = surroundings(naming)
  if (naming.isNumbered) return `${before}1${after}`
  const period = formatPeriod(periodOf(schedule, firstLine))
  let next = LARGEST_NUMBER
  let last = 0
  for (const { period: other, sequence } of archivesAmong(naming, names)) {
    if (other === null || formatPeriod(other) !== period) continue
    if (sequence > last + 1) next = last + 1
    last = sequence
  }
  if (last < LARGEST_NUMBER) next = last + 1
  return `${before}${period}.${next}${after}`
}

/**
 * The renames, in their order, that make the number 1 free: up to the first number that is free. A process may be killed
 * between any two, and the next one goes on. None for dated names.
 */
export function shiftedNames(
  naming: Naming,
  names: readonly string[],
): readonly (readonly [from: string, to: string])[] {
  if (!naming.isNumbered) return []
  const [before, after] = surroundings(naming)
  const taken = new Set(names)
  const nameOf = (number: number): string => `${before}${number}${after}`
  const shifts: (readonly [string, string])[] = []
  for (let n = 1; taken.has(nameOf(n)); n++) shifts.unshift([nameOf(n), nameOf(n + 1)])
  return shifts
}

/** What stands before and behind the period and the number. */
function surroundings({ log, keepsExtension }: Naming): [before: string, after: string] {
  const extension = keepsExtension ? extname(log) : ''
  return extension === '' ? [`${log}.`, ''] : [`${log.slice(0, -extension.length)}-`, extension]
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}
