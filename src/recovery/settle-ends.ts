// Before several queues of one log are recovered: each may have left a piece of a line at the end of the log, and what is
// appended must not stick to it. Runs on the thread that recovers.

import { systemErrorCode } from '../errors.js'
import { settleEnd } from './drain-orphan.js'
import { withQueue } from './open-orphan.js'
import { messageOf, type RecoverOptions } from './recovery.js'
import type { Sighting } from './survey.js'

/** A queue may have left a piece of a line at the end of its log, and it could be neither taken back nor finished. */
export interface UnsettledEnd {
  readonly queue: string
  /** Its log; null if the queue could not even be opened. */
  readonly log: string | null
  readonly reason: string
}

/** What became of the ends. */
export interface Settled {
  /** How many lines were written for each queue. */
  readonly lines: ReadonlyMap<string, number>
  readonly unsettled: readonly UnsettledEnd[]
}

export const NOTHING_SETTLED: Settled = { lines: new Map(), unsettled: [] }
/** The queue may be fine; this process cannot look at it now. */
const NOT_NOW: ReadonlySet<string | undefined> = new Set(['EMFILE', 'ENFILE', 'ENOMEM'])

/**
 * Takes the pieces back, or finishes their lines where others write to the log (`isShared`). Never throws. Only a writer
 * that was killed within a write has left one, so of thousands of queues few are opened.
 */
export function settleEnds(
  sightings: readonly Sighting[],
  options: RecoverOptions,
  isShared: boolean,
): Settled {
  const lines = new Map<string, number>()
  const unsettled: UnsettledEnd[] = []
  for (const { queue, mayHaveLeftPiece } of sightings) {
    if (!mayHaveLeftPiece) continue
    const progress = { lines: 0 }
    let log: string | null = null
    try {
      withQueue(queue, options, (found) => {
        if (found.is !== 'orphan') return
        log = found.orphan.log
        settleEnd(found.orphan, options, progress, isShared)
      })
    } catch (error) {
      // Its own recovery, which follows, meets the same error and reports it. Those of the same log must wait, unless
      // there is no log. A queue that cannot be opened for good (its owner, its mode) stops none.
      const code = systemErrorCode(error)
      const mayHavePiece = log === null ? NOT_NOW.has(code) : code !== 'ENOENT'
      if (mayHavePiece) unsettled.push({ queue, log, reason: messageOf(error) })
    }
    lines.set(queue, progress.lines)
  }
  return { lines, unsettled }
}
