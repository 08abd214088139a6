// The list as a table.

import { DAY_MS } from '../../log/rotation/calendar.js'
import type { RetentionLimits } from '../../log/rotation/retention.js'
import { grouped, lines as counted, seconds, size } from '../numbers.js'
import { paint } from '../terminal.js'
import type { Deletion, ListedArchive, Listing } from './listing.js'

const DELETIONS: Readonly<Record<'now' | 'next rotation', string>> = {
  now: 'over the limits',
  'next rotation': 'goes at the next rotation',
}
const NOTHING = '-'

interface Row {
  readonly cells: readonly string[]
  readonly deletion: Deletion
}

/**
 * The table, for this stream.
 * @param limits - how long archives are kept
 */
export function report(listing: Listing, limits: RetentionLimits, stream: NodeJS.WriteStream): string {
  const { archives, live } = listing
  const rows: Row[] = archives.map(rowOf)
  if (live !== null) {
    rows.push({ cells: ['live', size(live.bytes), number(live.lines), 'plain', live.file], deletion: null })
  }
  const head = ['period', 'size', 'lines', 'form', 'file']
  const widths = head.map((text, n) =>
    Math.max(text.length, ...rows.map(({ cells }) => cells[n]?.length ?? 0)),
  )
  const body = rows.map(({ cells, deletion }) => {
    const line = inColumns(cells, widths)
    if (deletion === null) return line.trimEnd()
    return `${line}  ${paint(stream, deletion === 'now' ? 'red' : 'yellow', DELETIONS[deletion])}`
  })
  const title = paint(stream, 'bold', inColumns(head, widths).trimEnd())
  return `${[title, ...body, '', summary(listing), ...fate(archives, limits)].join('\n')}\n`
}

function rowOf({ file, period, form, bytes, lines, deletion }: ListedArchive): Row {
  return { cells: [period ?? NOTHING, size(bytes), number(lines), form, file], deletion }
}

/** Numbers to the right. */
function inColumns([period, bytes, lines, form, file]: readonly string[], widths: readonly number[]): string {
  const [periodWidth = 0, bytesWidth = 0, linesWidth = 0, formWidth = 0, fileWidth = 0] = widths
  return [
    period?.padEnd(periodWidth),
    bytes?.padStart(bytesWidth),
    lines?.padStart(linesWidth),
    form?.padEnd(formWidth),
    file?.padEnd(fileWidth),
  ].join('  ')
}

function number(lines: number | null): string {
  return lines === null ? NOTHING : grouped(lines)
}

function summary({ archives, live }: Listing): string {
  const all = live === null ? archives : [...archives, live]
  const count = `${grouped(archives.length)} ${archives.length === 1 ? 'archive' : 'archives'}`
  const bytes = size(all.reduce((sum, { bytes }) => sum + bytes, 0))
  const isCounted = all.every(({ lines }) => lines !== null)
  const lines = isCounted ? `, ${counted(all.reduce((sum, { lines }) => sum + (lines ?? 0), 0))}` : ''
  return `${count}${live === null ? ', no live file' : ' and the live file'}: ${bytes}${lines}`
}

function age(ms: number): string {
  return ms < DAY_MS ? seconds(ms) : `${Number((ms / DAY_MS).toFixed(1))} days`
}

/** Nothing, where there are no limits. */
function fate(
  archives: readonly ListedArchive[],
  { keep, maxAge, maxTotal, minFree }: RetentionLimits,
): string[] {
  const limits = [
    ...(keep === Infinity ? [] : [`${grouped(keep)} ${keep === 1 ? 'archive' : 'archives'}`]),
    ...(maxAge === Infinity ? [] : [age(maxAge)]),
    ...(maxTotal === Infinity ? [] : [`${size(maxTotal)} in all`]),
    ...(minFree === 0 ? [] : [`${size(minFree)} free`]),
  ]
  if (limits.length === 0) return []
  const among = (when: Deletion): number => archives.filter(({ deletion }) => deletion === when).length
  const effect = `it deletes ${among('now')} when it runs next, and ${among('next rotation')} more at the next rotation`
  return [`Retention keeps ${limits.join(', ')}: ${effect}`]
}
