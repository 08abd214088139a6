// The measurements, in the process of one run. A rate counts until the kernel has every byte. Each ends after a
// time, however slow the disk, with the lines that it got to.

import { closeSync, fdatasyncSync, openSync, statSync, writeSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createWriter, type CreateWriterOptions } from '../../index.js'
import { LINE_BYTES, makeLines } from './lines.js'
import type { Figures } from './task.js'

/** A run sends for at most so long: six contenders, five runs each, in less than a minute. */
const MOST_MS = 1200
/** Between two looks at the clock. */
const ROUND = 1000
const BLOCK_BYTES = 64 * 1024
/** For the compilers and the writer's thread. */
const WARMUP_LINES = 50_000
/** A send is timed in blocks, as the clock costs more than the send. */
const TIMED_TOGETHER = 20
/** Lines of a tick of the application, and how many come in a millisecond: 100,000 a second, which all can take. */
const TICK = 100
const TICK_MS = 1
const MOST_TICKS = 500
const MOST_SYNCS = 20
const MOST_SYNCS_MS = 1000
/** Less than that of the command, so that it is the disk's error that is told. */
const PATIENCE_MS = 8000

/** Through one of our writers. */
export async function measureWriter(
  path: string,
  lines: number,
  options: CreateWriterOptions,
): Promise<Figures> {
  // What is in the queue when the command ends this process is of no use to anybody.
  const writer = createWriter(path, { ...options, handleSignals: false, exitTimeout: 0 })
  let failure: Error | null = null
  writer.on('error', (error) => (failure ??= error))
  const send = (line: string): void => void writer.send(line)
  const flushed = async (): Promise<void> => {
    if (!(await writer.flush(PATIENCE_MS))) throw failure ?? new Error('the disk does not answer')
  }
  const text = makeLines()
  let sent = warmUp(text, lines, send)
  await flushed()

  const begin = sent
  const start = performance.now()
  sent += sendForAWhile(text, lines, send)
  await flushed()
  const figures = rate(sent - begin, performance.now() - start)
  expectBytes(path, sent)
  const times = await timeSends(text, lines, send)
  sent += times.length * TIMED_TOGETHER
  if (!(await writer.stop(PATIENCE_MS))) throw failure ?? new Error('the disk does not answer')
  expectBytes(path, sent)
  const { notCrashSafeBecause } = writer
  return { ...figures, ...costOf(times), ...(options.crashSafe !== false && { notCrashSafeBecause }) }
}

/** A system call for each line. */
export async function measureLines(path: string, lines: number): Promise<Figures> {
  const fd = openSync(path, 'a')
  const send = (line: string): void => void writeSync(fd, `${line}\n`)
  const text = makeLines()
  let sent = warmUp(text, lines / 10, send)
  const begin = sent
  const start = performance.now()
  sent += sendForAWhile(text, lines, send)
  const figures = rate(sent - begin, performance.now() - start)
  const times = await timeSends(text, lines, send)
  sent += times.length * TIMED_TOGETHER
  closeSync(fd)
  expectBytes(path, sent)
  return { ...figures, ...costOf(times) }
}

/** No strings, no queue, no thread: nothing in Node that uses write(2) can be faster. */
export function measureBlocks(path: string, lines: number): Figures {
  const fd = openSync(path, 'a')
  const text = `${makeLines().join('\n')}\n`
  const block = Buffer.from(text.repeat(Math.ceil(BLOCK_BYTES / text.length))).subarray(0, BLOCK_BYTES)
  const bytes = lines * LINE_BYTES
  let written = 0
  const start = performance.now()
  while (written < bytes && performance.now() - start < MOST_MS) {
    written += writeSync(fd, block, 0, Math.min(BLOCK_BYTES, bytes - written))
  }
  const figures = rate(written / LINE_BYTES, performance.now() - start)
  closeSync(fd)
  return figures
}

/** How long the disk takes to have a line for certain: the median of some. */
export function measureSync(path: string): Figures {
  const fd = openSync(path, 'a')
  const line = `${makeLines()[0] ?? ''}\n`
  const times: number[] = []
  const begin = performance.now()
  while (times.length < MOST_SYNCS && performance.now() - begin < MOST_SYNCS_MS) {
    writeSync(fd, line)
    const start = performance.now()
    fdatasyncSync(fd)
    times.push(performance.now() - start)
  }
  closeSync(fd)
  return { fdatasyncMs: percentile(times, 0.5) }
}

function warmUp(text: readonly string[], lines: number, send: (line: string) => void): number {
  return sendForAWhile(text, Math.min(lines, WARMUP_LINES), send)
}

/** Returns how many it sent: whole rounds, but for the last. */
function sendForAWhile(text: readonly string[], lines: number, send: (line: string) => void): number {
  const start = performance.now()
  let sent = 0
  while (sent < lines && performance.now() - start < MOST_MS) {
    const end = Math.min(lines, sent + ROUND)
    for (; sent < end; sent++) send(text[sent % text.length] ?? '')
  }
  return sent
}

/** Nanoseconds of a send, one for each 20 of them, in ticks as an application has them. */
async function timeSends(
  text: readonly string[],
  lines: number,
  send: (line: string) => void,
): Promise<number[]> {
  const ticks = Math.min(MOST_TICKS, Math.ceil(lines / TICK))
  const times: number[] = []
  const begin = performance.now()
  for (let tick = 0; tick < ticks && performance.now() - begin < MOST_MS; tick++) {
    for (let n = 0; n < TICK; n += TIMED_TOGETHER) {
      const start = performance.now()
      for (let m = 0; m < TIMED_TOGETHER; m++) send(text[n + m] ?? '')
      times.push(((performance.now() - start) * 1e6) / TIMED_TOGETHER)
    }
    do await nextTurn()
    while (performance.now() - begin < (tick + 1) * TICK_MS)
  }
  return times
}

function rate(lines: number, ms: number): Figures {
  const linesPerSecond = (lines / ms) * 1000
  return { linesPerSecond, megabytesPerSecond: (linesPerSecond * LINE_BYTES) / 1e6 }
}

function costOf(times: readonly number[]): Figures {
  return { sendP50: percentile(times, 0.5), sendP999: percentile(times, 0.999) }
}

/** Nearest rank. */
function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

/** A rate counts only if the bytes are there. (A mapped file may be longer while it is open.) */
function expectBytes(path: string, lines: number): void {
  const { size } = statSync(path)
  const bytes = lines * LINE_BYTES
  if (size < bytes) throw new Error(`Expected ${bytes} bytes in the file, found ${size}`)
}
