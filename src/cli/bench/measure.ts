// One run of one contender, in a process of its own: nothing that one run compiled or left warm helps the next. A rate
// counts until the kernel has every byte.

import { closeSync, fdatasyncSync, openSync, statSync, writeSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createWriter, type WriterType } from '../../index.js'

/** What is measured, in the order of the turns: how the file is filled, and under which name. */
export const CONTENDERS = {
  blocks: 'writeSync, 64 KB',
  block: 'block writer',
  line: 'line writer',
  mmap: 'mmap writer',
  lines: 'writeSync, each line',
} as const
export type Way = keyof typeof CONTENDERS

/** What one run found; null = the question does not arise. */
export interface Figures {
  readonly linesPerSecond: number
  /** Nanoseconds of a call, in blocks of 20 calls. */
  readonly sendP50: number | null
  readonly sendP999: number | null
  readonly syncMs: number | null
  readonly notCrashSafeBecause: string | null
}

/** What the process of a run answers. */
export type RunAnswer = { readonly figures: Figures } | { readonly failure: string; readonly code: unknown }

/** With its '\n'. */
export const LINE_BYTES = 107
/** A run sends for at most this time. */
const MOST_MS = 1200
const DIFFERENT_LINES = 1000
const WARMUP_LINES = 50_000
/** The clock costs more than a call. */
const TIMED_TOGETHER = 20
/** 100 lines a tick and a tick each millisecond: a rate that every contender can take. */
const TICK_LINES = 100
const TICKS = 500
const SYNCS = 20
/** Less than the patience of the command, which then shows the disk's own error. */
const PATIENCE_MS = 8000

/** What the process of a run is asked for: fill this file with so many lines at most. */
export interface Task {
  readonly way: Way
  readonly path: string
  readonly lines: number
}

/** Runs once, and sends the answer to the process that asked. */
export async function measureOnce(task: Task): Promise<void> {
  // The command hears of the terminal's signals and ends this process.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
  process.on('disconnect', () => process.exit())
  const answer: RunAnswer = await figuresOf(task).then(
    (figures) => ({ figures }),
    (error: Error & { code?: unknown }) => ({ failure: error.message, code: error.code }),
  )
  await new Promise((resolve) => process.send?.(answer, resolve))
}

async function figuresOf(task: Task): Promise<Figures> {
  if (task.way === 'blocks') return measureBlocks(task)
  return task.way === 'lines' ? measureLines(task) : measureWriter(task, task.way)
}

async function measureWriter(task: Task, writerType: WriterType): Promise<Figures> {
  const writer = createWriter(task.path, { writerType, handleSignals: false, exitTimeout: 0 })
  let failure: Error | null = null
  writer.on('error', (error) => (failure ??= error))
  const settle = async (isDone: Promise<boolean>): Promise<void> => {
    if (!(await isDone)) throw failure ?? new Error('the disk does not answer')
  }
  const send = (line: string): void => void writer.send(line)
  const figures = await measureSends(task, send, () => settle(writer.flush(PATIENCE_MS)))
  await settle(writer.stop(PATIENCE_MS))
  return { ...figures, notCrashSafeBecause: writer.notCrashSafeBecause }
}

async function measureLines(task: Task): Promise<Figures> {
  const fd = openSync(task.path, 'a')
  const figures = await measureSends(
    task,
    (line) => void writeSync(fd, `${line}\n`),
    async () => {},
  )
  const times = Array.from({ length: SYNCS }, () => {
    writeSync(fd, '\n')
    const start = performance.now()
    fdatasyncSync(fd)
    return performance.now() - start
  })
  closeSync(fd)
  return { ...figures, syncMs: percentile(times, 0.5) }
}

/** No strings, no queue, no thread: nothing in Node that uses write(2) can be faster. */
function measureBlocks({ path, lines }: Task): Figures {
  const fd = openSync(path, 'a')
  const block = Buffer.alloc(64 * 1024, `${makeLines().join('\n')}\n`)
  let bytes = 0
  const start = performance.now()
  while (bytes < lines * LINE_BYTES && performance.now() - start < MOST_MS) bytes += writeSync(fd, block)
  const linesPerSecond = (bytes / LINE_BYTES / (performance.now() - start)) * 1000
  closeSync(fd)
  return { linesPerSecond, sendP50: null, sendP999: null, syncMs: null, notCrashSafeBecause: null }
}

async function measureSends(
  { path, lines: most }: Task,
  send: (line: string) => void,
  flushed: () => Promise<void>,
): Promise<Figures> {
  const lines = makeLines()
  let sent = sendFor(MOST_MS / 4, Math.min(most, WARMUP_LINES), lines, send)
  await flushed()
  const before = sent
  const start = performance.now()
  sent += sendFor(MOST_MS, most, lines, send)
  await flushed()
  const linesPerSecond = ((sent - before) / (performance.now() - start)) * 1000
  const times = await timeSends(Math.min(most / TICK_LINES, TICKS), lines, send)
  await flushed()
  sent += times.length * TIMED_TOGETHER
  const { size } = statSync(path)
  if (size < sent * LINE_BYTES)
    throw new Error(`Expected ${sent * LINE_BYTES} bytes in the file, got ${size}`)
  const [sendP50, sendP999] = [percentile(times, 0.5), percentile(times, 0.999)]
  return { linesPerSecond, sendP50, sendP999, syncMs: null, notCrashSafeBecause: null }
}

/** Returns how many lines it sent. */
function sendFor(ms: number, most: number, lines: readonly string[], send: (line: string) => void): number {
  const start = performance.now()
  let sent = 0
  for (; sent < most && performance.now() - start < ms; sent += lines.length) lines.forEach(send)
  return sent
}

/** Nanoseconds of a call, at a rate that fills no queue. */
async function timeSends(
  ticks: number,
  lines: readonly string[],
  send: (line: string) => void,
): Promise<number[]> {
  const times: number[] = []
  const begin = performance.now()
  for (let tick = 0; tick < ticks && performance.now() - begin < MOST_MS; tick++) {
    for (let n = 0; n < TICK_LINES; n += TIMED_TOGETHER) {
      const start = performance.now()
      for (let m = n; m < n + TIMED_TOGETHER; m++) send(lines[m] ?? '')
      times.push(((performance.now() - start) * 1e6) / TIMED_TOGETHER)
    }
    do await nextTurn()
    while (performance.now() - begin < tick + 1)
  }
  return times
}

/** Lines of JSON, made before the clock starts: flat strings, as JSON.stringify makes them. */
function makeLines(): string[] {
  return Array.from({ length: DIFFERENT_LINES }, (_, n) => {
    const number = String(n).padStart(3, '0')
    const start = `{"time":1764000000${number},"level":30,"msg":"request completed","id":"${number}","path":"/`
    return Buffer.from(`${start.padEnd(LINE_BYTES - 3, 'x')}"}`).toString('latin1')
  })
}

/** Nearest rank. */
function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}
