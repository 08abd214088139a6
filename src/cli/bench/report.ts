// The medians of all runs, as --json prints them and as a table.

import { availableParallelism, cpus, release } from 'node:os'
import { grouped } from '../numbers.js'
import { paint } from '../terminal.js'
import { CONTENDERS, LINE_BYTES, type Figures, type Way } from './measure.js'

const BAR_COLUMNS = 16

/** A contender's runs, or why it does not work here. */
export type Outcome = readonly Figures[] | string

/** One contender: medians of its runs, and the slowest and fastest of them. */
export interface Row {
  readonly name: string
  readonly linesPerSecond: { readonly median: number; readonly min: number; readonly max: number } | null
  /** Nanoseconds. */
  readonly sendP50: number | null
  readonly sendP999: number | null
  readonly unavailable: string | null
}

/** Everything that the command says. */
export interface Result {
  readonly folder: string
  readonly node: string
  readonly machine: string
  readonly date: string
  readonly rows: readonly Row[]
  readonly fdatasyncMs: number | null
  readonly notCrashSafeBecause: string | null
}

/** Puts the outcomes together. */
export function resultOf(folder: string, outcomes: ReadonlyMap<Way, Outcome>): Result {
  const runs = [...outcomes.values()].flatMap((outcome) => (typeof outcome === 'string' ? [] : outcome))
  return {
    folder,
    node: process.version,
    machine: `${availableParallelism()} x ${cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${process.platform} ${release()}`,
    date: new Date().toISOString(),
    rows: [...outcomes].map(([way, outcome]) => rowOf(CONTENDERS[way], outcome)),
    fdatasyncMs: median(runs.map(({ syncMs }) => syncMs)),
    notCrashSafeBecause: runs.find((run) => run.notCrashSafeBecause !== null)?.notCrashSafeBecause ?? null,
  }
}

function rowOf(name: string, outcome: Outcome): Row {
  if (typeof outcome === 'string')
    return { name, linesPerSecond: null, sendP50: null, sendP999: null, unavailable: outcome }
  const rates = outcome.map(({ linesPerSecond }) => linesPerSecond)
  return {
    name,
    linesPerSecond: { median: median(rates) ?? 0, min: Math.min(...rates), max: Math.max(...rates) },
    sendP50: median(outcome.map(({ sendP50 }) => sendP50)),
    sendP999: median(outcome.map(({ sendP999 }) => sendP999)),
    unavailable: null,
  }
}

function median(values: readonly (number | null)[]): number | null {
  const sorted = values.filter((value) => value !== null).toSorted((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? null
}

/** For this stream: bars on a terminal, colours where it has them. */
export function report(result: Result, stream: NodeJS.WriteStream): string {
  const { folder, rows, fdatasyncMs, notCrashSafeBecause, node, machine, date } = result
  const most = Math.max(...rows.map(({ linesPerSecond }) => linesPerSecond?.median ?? 0))
  const columns = ['M lines/s', '  min - max', 'send p50', '  p99.9']
  const nameWidth = Math.max(...rows.map(({ name }) => name.length))
  const body = rows.map((row) => {
    const name = row.name.padEnd(nameWidth)
    if (row.linesPerSecond === null) return `${name}  not here: ${row.unavailable}`
    const { linesPerSecond: rate } = row
    const range = `${tenths(rate.min)} - ${tenths(rate.max)}`
    const cells = [tenths(rate.median), range, time(row.sendP50), time(row.sendP999)]
    const bar = stream.isTTY ? `  ${'█'.repeat(Math.ceil((rate.median / most) * BAR_COLUMNS))}` : ''
    return `${name}  ${inColumns(cells, columns)}${paint(stream, 'cyan', bar)}`
  })
  const crashSafety = notCrashSafeBecause === null ? 'on' : `not available here: ${notCrashSafeBecause}`
  return `${[
    `Lines of ${LINE_BYTES} bytes until the kernel has them, in ${folder}`,
    '',
    paint(stream, 'bold', `${' '.repeat(nameWidth)}  ${inColumns(columns, columns)}`),
    ...body,
    '',
    'Medians. send: what a call costs at 100,000 lines a second.',
    `Crash safety: ${crashSafety}`,
    ...(fdatasyncMs === null ? [] : [`fdatasync after a line: ${fdatasyncMs.toFixed(2)} ms`]),
    `Node ${node.slice(1)}, ${machine}, ${date.slice(0, 10)}`,
  ].join('\n')}\n`
}

function inColumns(cells: readonly string[], columns: readonly string[]): string {
  return cells.map((cell, n) => cell.padStart(columns[n]?.length ?? 0)).join('  ')
}

/** 44 ns, 76 µs */
function time(ns: number | null): string {
  if (ns === null) return '-'
  return ns < 9950 ? `${grouped(ns)} ns` : `${grouped(ns / 1000)} µs`
}

const tenths = (lines: number): string => (lines / 1e6).toFixed(lines < 1e6 ? 2 : 1)
