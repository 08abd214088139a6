// A line that was larger than its queue, and for which the disk had no room: it was in the memory of the process that
// died (queue/overflow.ts), and is gone with it. The lines around it are recovered as always. Used by drain-orphan.ts.

import { fstatSync, readSync, writeSync } from 'node:fs'
import { NEWLINE } from '../constants.js'
import type { Consumer } from '../queue/consumer.js'
import { CLAIM_FROM_OVERFLOW } from '../queue/layout.js'
import { Overflow } from '../queue/overflow.js'
import { withReader } from '../log/reader.js'
import type { MappedMemory } from '../memory/mapped-memory.js'

/** Why a recovery reports fewer lines than were handed over. */
export const LOST_LINE =
  'a line that was larger than the queue is lost, as the disk had no room to keep it anywhere but in memory'

/** True if a line was in the memory of the dead process. */
export function hasLostLine(memory: MappedMemory): boolean {
  return new Overflow(memory).isLost
}

/**
 * Gives the lost line up. What was written of it stays in the log, and is ended so that nothing sticks to it.
 * @param log the file it was being written to; null if it is another one by now
 * @returns how many lines without bytes now wait in its place
 */
export function giveUpLostLine(memory: MappedMemory, consumer: Consumer, log: number | null): number {
  const overflow = new Overflow(memory)
  if (!overflow.isLost) return 0
  consumer.resume() // a claim that did not come about is taken back
  const { current } = consumer
  if (consumer.hasClaim && current.source === CLAIM_FROM_OVERFLOW) {
    if (log !== null) endLine(log, current.done > 0)
    consumer.advance(current.bytes - current.done)
    return 0
  }
  overflow.emptyLost()
  return 1
}

/** @param hasPiece what to believe of a log that may not be read */
function endLine(log: number, hasPiece: boolean): void {
  const { size } = fstatSync(log)
  const last = new Uint8Array([NEWLINE])
  const isEnded = withReader(log, (reader) => {
    if (reader === null) return !hasPiece
    return readSync(reader, last, 0, 1, Math.max(0, size - 1)) === 0 || last[0] === NEWLINE
  })
  if (!isEnded) writeSync(log, '\n')
}
