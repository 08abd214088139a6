// The result as people read it: a table with bars, and below it the machine.

import { grouped } from '../numbers.js'
import { paint, type Style } from '../terminal.js'
import { LINE_BYTES } from './lines.js'
import { FEW_LINES, type Result, type Row } from './result.js'

const LONGEST_BAR = 16
/** A shorter one says nothing. */
const SHORTEST_BAR = 6
const USUAL_COLUMNS = 80
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']
const STYLES: Readonly<Record<Row['kind'], Style>> = { ours: 'cyan', peer: 'yellow', control: 'gray' }
const GAP = '  '
const UNKNOWN = '-'

/** For this stream: bars on a terminal, colours where it has them. */
export function report(result: Result, stream: NodeJS.WriteStream): string {
  const { rows, runs, lines, folder, fdatasyncMs } = result
  const heading = ['', 'M lines/s', 'min - max', 'MB/s', 'send p50', 'p99.9']
  const table = rows.map(cells)
  const widths = heading.map((title, n) => Math.max(title.length, ...table.map((row) => row[n]?.length ?? 0)))
  const barWidth = stream.isTTY ? roomForBars(widths, stream.columns || USUAL_COLUMNS) : 0
  const line = (texts: readonly string[], bar: string): string => {
    const [name = '', ...numbers] = texts
    const padded = numbers.map((text, n) => text.padStart(widths[n + 1] ?? 0))
    return [name.padEnd(widths[0] ?? 0), ...(barWidth > 0 ? [bar] : []), ...padded].join(GAP).trimEnd()
  }
  const most = Math.max(...rows.map(({ linesPerSecond }) => linesPerSecond?.median ?? 0))
  const body = rows.map((row, n) => {
    if (row.unavailable !== null)
      return `${row.name.padEnd(widths[0] ?? 0)}${GAP}not here: ${row.unavailable}`
    const share = (row.linesPerSecond?.median ?? 0) / most
    return line(table[n] ?? [], paint(stream, STYLES[row.kind], barOf(share, barWidth).padEnd(barWidth)))
  })
  const sync = fdatasyncMs === null ? [] : [`fdatasync after a line: ${spread(fdatasyncMs, milliseconds)}`]
  return `${[
    `${lines < FEW_LINES ? '' : 'Up to '}${grouped(lines)} lines of ${LINE_BYTES} bytes until the kernel has them; ${runs} runs each, in turns, in\n${folder}`,
    '',
    paint(stream, 'bold', line(heading, ' '.repeat(barWidth))),
    ...body,
    '',
    'Medians. send: what a call costs, in blocks of 20, at 100,000 lines a second.',
    ...sync,
    result.notCrashSafeBecause === null
      ? 'Crash safety: available in this folder, and on in the rows that do not say otherwise.'
      : `Crash safety: not available in this folder: ${result.notCrashSafeBecause}`,
    environment(result),
    '',
    paint(stream, 'bold', result.advice),
    ...(lines < FEW_LINES ? ['With so few lines the start counts more than the speed.'] : []),
  ].join('\n')}\n`
}

function cells(row: Row): string[] {
  const { name, linesPerSecond, megabytesPerSecond, sendP50, sendP999 } = row
  if (linesPerSecond === null) return [name]
  const { median, min, max } = linesPerSecond
  return [
    name,
    millions(median),
    `${tenths(min)} - ${tenths(max)}`,
    grouped(megabytesPerSecond?.median ?? 0),
    sendP50 === null ? UNKNOWN : time(sendP50.median),
    sendP999 === null ? UNKNOWN : time(sendP999.median),
  ]
}

function environment({ node, cpu, cpus, system, fileSystem, date }: Result): string {
  return `Node ${node.slice(1)}, ${cpus} x ${cpu}, ${system}, ${fileSystem}, ${date.slice(0, 10)}`
}

/** What the texts leave of a terminal's line; 0 if that is too little. */
function roomForBars(widths: readonly number[], columns: number): number {
  const texts = widths.reduce((sum, width) => sum + width + GAP.length, 0)
  const room = Math.min(LONGEST_BAR, columns - 1 - texts)
  return room < SHORTEST_BAR ? 0 : room
}

/** A part of the full width, to an eighth of a letter. */
export function barOf(share: number, width: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * width * 8)
  return '█'.repeat(eighths >> 3) + (EIGHTHS[eighths & 7] ?? '')
}

function spread(
  { median, min, max }: { readonly median: number; readonly min: number; readonly max: number },
  show: (value: number) => string,
): string {
  return `${show(median)} ms (${show(min)} - ${show(max)})`
}

/** 44 ns, 76 µs, 1.2 ms */
function time(ns: number): string {
  if (ns < 1000) return `${Math.round(ns)} ns`
  const [value, unit] = ns < 1e6 ? [ns / 1000, 'µs'] : [ns / 1e6, 'ms']
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${unit}`
}

const millions = (number: number): string => (number / 1e6).toFixed(number < 1e6 ? 3 : 2)
const tenths = (number: number): string => (number / 1e6).toFixed(number < 1e6 ? 2 : 1)
const milliseconds = (number: number): string => number.toFixed(number < 10 ? 2 : 0)
