// The result of all runs, as --json prints it and the table shows it, with one sentence of advice.

import { availableParallelism, cpus, release } from 'node:os'
import { fileSystemOf } from './folder.js'
import type { Measurement, Outcome } from './runner.js'
import { spreadOf, type Spread } from './statistics.js'
import type { Contender } from './task.js'

/** From here on a sync for each line, or for each request, is felt. */
const SLOW_SYNC_MS = 10
/** With fewer lines a run is over before the compilers are. */
export const FEW_LINES = 200_000

/** One contender. */
export interface Row {
  readonly name: string
  readonly kind: Contender['kind']
  readonly linesPerSecond: Spread | null
  readonly megabytesPerSecond: Spread | null
  /** Nanoseconds. */
  readonly sendP50: Spread | null
  readonly sendP999: Spread | null
  /** Why it cannot work here. */
  readonly unavailable: string | null
}

/** Everything that the command says. */
export interface Result {
  readonly folder: string
  readonly fileSystem: string
  readonly cpu: string
  readonly cpus: number
  readonly node: string
  readonly system: string
  readonly date: string
  /** Lines of a run, at most. */
  readonly lines: number
  readonly runs: number
  readonly rows: readonly Row[]
  /** Milliseconds of one fdatasync after a line. */
  readonly fdatasyncMs: Spread | null
  readonly crashSafe: boolean
  readonly notCrashSafeBecause: string | null
  readonly advice: string
}

/** Puts it together. */
export function resultOf(measurement: Measurement, folder: string, lines: number): Result {
  const { outcomes, syncMs, rounds } = measurement
  const rows = outcomes.map(rowOf)
  const fdatasyncMs = spreadOf(syncMs)
  const notCrashSafeBecause = whyNotCrashSafe(outcomes)
  return {
    folder,
    fileSystem: fileSystemOf(folder),
    cpu: cpus()[0]?.model.trim() ?? 'unknown CPU',
    cpus: availableParallelism(),
    node: process.version,
    system: `${process.platform} ${release()}`,
    date: new Date().toISOString(),
    lines,
    runs: rounds,
    rows,
    fdatasyncMs,
    crashSafe: notCrashSafeBecause === null,
    notCrashSafeBecause,
    advice: adviseOn(rows, fdatasyncMs),
  }
}

function rowOf({ contender, runs, unavailable }: Outcome): Row {
  return {
    name: contender.name,
    kind: contender.kind,
    linesPerSecond: spreadOf(runs.map((run) => run.linesPerSecond)),
    megabytesPerSecond: spreadOf(runs.map((run) => run.megabytesPerSecond)),
    sendP50: spreadOf(runs.map((run) => run.sendP50)),
    sendP999: spreadOf(runs.map((run) => run.sendP999)),
    unavailable,
  }
}

function whyNotCrashSafe(outcomes: readonly Outcome[]): string | null {
  const reasons = outcomes.flatMap(({ runs }) => runs.map((run) => run.notCrashSafeBecause ?? null))
  return reasons.find((reason) => reason !== null) ?? null
}

/** One sentence: which writer, and what to mind about the disk. */
export function adviseOn(rows: readonly Row[], fdatasyncMs: Spread | null): string {
  const block = rows.find(({ name }) => name === 'block writer')
  const ours = rows.filter(({ kind, name }) => kind === 'ours' && !name.includes('crashSafe'))
  const fastest = ours.toSorted((a, b) => medianOf(b) - medianOf(a))[0]
  if (fastest === undefined || block === undefined) return ''
  const against = rows.find(({ kind }) => kind === 'peer')
  const times = medianOf(fastest) / (against === undefined ? Number.NaN : medianOf(against))
  const compared = Number.isFinite(times) ? `, ${times.toFixed(1)} times fs.writeSync for each line` : ''
  const choice =
    (block.linesPerSecond?.max ?? 0) >= medianOf(fastest)
      ? `Take the default: no writer was clearly faster here than the block writer${compared}`
      : `The ${fastest.name} was clearly the fastest here${compared}`
  const sync = fdatasyncMs?.median ?? 0
  if (sync < SLOW_SYNC_MS) return `${choice}.`
  return `${choice}; this disk takes ${sync.toFixed(0)} ms to sync, so use syncInterval rather than sync() after each line.`
}

const medianOf = ({ linesPerSecond }: Row): number => linesPerSecond?.median ?? 0
