// The end of the story: the numbers of a run, for people and for programs.

import type { QueueMetricsSnapshot } from '../../index.js'
import { grouped, lines, seconds, size } from '../numbers.js'

/** What `--json` prints. */
export interface Summary {
  readonly target: string
  /** Lines that came in: written + dropped + kept + unwritten. */
  readonly lines: number
  readonly written: number
  /** Given up by the policy, or because nobody reads the log any more. */
  readonly dropped: number
  /** Left in the queue's file when the time limit was over: the next start puts them into the log. */
  readonly kept: number
  /** Left when the time limit was over, and lost. */
  readonly unwritten: number
  /** Bytes written. */
  readonly bytes: number
  /** Failed writes, each of them retried. */
  readonly errors: number
  readonly seconds: number
  /** How long the sender had to wait because the queue was full. */
  readonly waitedSeconds: number
  /** Lines that were longer than the library's limit, and were cut there. */
  readonly cut: number
  readonly signal: NodeJS.Signals | null
  /** Every line is in the file. */
  readonly complete: boolean
}

/** What a summary is made of. */
export interface FinishedRun {
  readonly target: string
  readonly metrics: QueueMetricsSnapshot
  readonly unsentLines: number
  /** What waits in the queue outlives the process. */
  readonly crashSafe: boolean
  readonly cuts: number
  readonly ms: number
  readonly waitedMs: number
  readonly signal: NodeJS.Signals | null
}

/** The numbers of a run that is over. */
export function summarize(run: FinishedRun): Summary {
  const { target, metrics, unsentLines, crashSafe, cuts, ms, waitedMs, signal } = run
  const { enqueued, written, dropped, pending, bytesWritten, errors } = metrics
  const kept = crashSafe ? pending : 0
  const unwritten = pending - kept + unsentLines
  return {
    target,
    lines: enqueued + unsentLines,
    written,
    dropped,
    kept,
    unwritten,
    bytes: bytesWritten,
    errors,
    seconds: Math.round(ms) / 1000,
    waitedSeconds: Math.round(waitedMs) / 1000,
    cut: cuts,
    signal,
    complete: dropped === 0 && pending === 0 && unsentLines === 0,
  }
}

/** One line for people. */
export function tell(summary: Summary): string {
  const ms = summary.seconds * 1000
  const rate = ms > 0 ? ` (${size((summary.bytes / ms) * 1000)}/s)` : ''
  const parts = [
    `${lines(summary.written)}, ${size(summary.bytes)} in ${seconds(ms)}${rate} to ${summary.target}`,
  ]
  if (summary.waitedSeconds >= 0.1) parts.push(`reading paused ${seconds(summary.waitedSeconds * 1000)}`)
  if (summary.dropped > 0) parts.push(`${grouped(summary.dropped)} dropped`)
  if (summary.kept > 0) parts.push(`${grouped(summary.kept)} kept for the next start`)
  if (summary.unwritten > 0) parts.push(`${grouped(summary.unwritten)} not written`)
  if (summary.cut > 0) parts.push(`${grouped(summary.cut)} cut at 1 GiB`)
  if (summary.errors > 0)
    parts.push(`${grouped(summary.errors)} ${summary.errors === 1 ? 'error' : 'errors'}`)
  if (summary.signal !== null) parts.push(`ended by ${summary.signal}`)
  return parts.join('; ')
}
