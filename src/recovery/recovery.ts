// What a recovery is asked and what it answers, one answer for each queue file.

import type { LogOptions } from './drain-orphan.js'

/** What became of one queue file. */
export interface Recovery {
  /** The queue file. */
  readonly queue: string
  /** The log its lines belong to, by the name it has now; empty if the file does not tell. */
  readonly log: string
  /**
   * - `recovered`: its lines are in the log and it is gone.
   * - `live`: its writer runs, or another process recovers it at this moment.
   * - `damaged`: put aside as `.corrupt`.
   * - `failed`: tried, and to be tried again.
   * - `refused`: it may be another user's work, so nothing was done, and it stays where it is.
   * - `postponed`: the start of a writer has a time limit, and left it for the next start.
   */
  readonly outcome: 'recovered' | 'live' | 'damaged' | 'failed' | 'refused' | 'postponed'
  /** Lines put into the log; in a dry run, lines that would be. */
  readonly lines: number
  /** Why it was not recovered; of a recovered queue, that a line was lost and why. */
  readonly reason?: string
}

/** How to recover. */
export interface RecoverOptions extends LogOptions {
  /** Only look. */
  readonly dryRun?: boolean
  /** Leave queues of other logs alone (several may share a folder and a name). */
  readonly onlyLog?: string
  /** Only logs in this folder. */
  readonly onlyFolder?: string
  /** Only logs of this user. */
  readonly logOwner?: number
  /** When to stop taking up further queues. Default: never. */
  readonly deadline?: number
}

/** The same answer for several queue files, of which none was recovered. */
export function answerAll(
  queues: readonly string[],
  outcome: Recovery['outcome'],
  reason: string,
): Recovery[] {
  return queues.map((queue) => ({ queue, log: '', outcome, lines: 0, reason }))
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
