// The table of `top`: a line for each queue, and below it what is wrong, if anything is.

import { basename } from 'node:path'
import { grouped, size } from '../numbers.js'
import { printable, troubleOf } from '../status/trouble.js'
import { paint } from '../terminal.js'
import type { Row } from './history.js'

const BARS = '▁▂▃▄▅▆▇█'
const SPARKLINE_COLUMNS = 20
const HEAD = [
  'log',
  'pid',
  'state',
  'lines/s',
  'bytes/s',
  'waiting',
  'full',
  'dropped',
  'errors',
  'last minute',
]
/** The columns that hold text. */
const LEFT: ReadonlySet<number> = new Set([0, 2, 9])

/** The table, for this stream. */
export function table(rows: readonly Row[], stream: NodeJS.WriteStream): string {
  if (rows.length === 0)
    return 'No queue files here: no writer with crash safety runs, and none has left lines.'
  const cells = rows.map(cellsOf)
  const widths = HEAD.map((text, n) => Math.max(text.length, ...cells.map((row) => row[n]?.length ?? 0)))
  const lines = rows.flatMap((row, n) => {
    const trouble = troubleOf(row)
    const line = inColumns(cells[n] ?? [], widths)
    return trouble === null ? [line] : [paint(stream, 'red', line), paint(stream, 'red', `  ${trouble}`)]
  })
  return [paint(stream, 'bold', inColumns(HEAD, widths)), ...lines].join('\n')
}

function cellsOf(row: Row): string[] {
  return [
    printable(basename(row.log === '' ? row.queue : row.log)),
    row.pid === 0 ? '-' : String(row.pid),
    row.state,
    grouped(row.linesPerSecond),
    size(row.bytesPerSecond),
    grouped(row.pending),
    row.capacity === 0 ? '-' : `${Math.round((row.pending / row.capacity) * 100)} %`,
    grouped(row.dropped),
    grouped(row.errors),
    sparkline(row.lastMinute),
  ]
}

function inColumns(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((text, n) => (LEFT.has(n) ? text.padEnd(widths[n] ?? 0) : text.padStart(widths[n] ?? 0)))
    .join('  ')
    .trimEnd()
}

/** The heights are shares of the highest. Several looks share a column: each shows the highest of them. */
export function sparkline(values: readonly number[]): string {
  const most = Math.max(...values, 0)
  const perColumn = Math.max(1, Math.ceil(values.length / SPARKLINE_COLUMNS))
  const columns = Array.from({ length: Math.ceil(values.length / perColumn) }, (_, n) =>
    Math.max(...values.slice(n * perColumn, (n + 1) * perColumn)),
  )
  return columns
    .map((value) => BARS[most === 0 ? 0 : Math.round((value / most) * (BARS.length - 1))])
    .join('')
}
