// The rates of each queue, from one look to the next, for the last minute.

import type { QueueStatus } from '../../index.js'

/** As many looks as the sparkline shows. */
const LOOKS = 60
const MS_PER_SECOND = 1000

/** A queue with what was derived from several looks at it. */
export interface Row extends QueueStatus {
  readonly linesPerSecond: number
  readonly bytesPerSecond: number
  /** Lines per second at each look of the last minute, the newest last. */
  readonly lastMinute: readonly number[]
}

/** Remembers the looks. */
export class History {
  #rows = new Map<string, Row>()
  #at = 0

  /** The queues of the last look, in the order of their logs. */
  get rows(): readonly Row[] {
    return [...this.#rows.values()].sort(
      (a, b) => a.log.localeCompare(b.log) || a.queue.localeCompare(b.queue),
    )
  }

  /** Adds a look at all queues; those that are gone are forgotten. */
  add(queues: readonly QueueStatus[], at: number): void {
    const seconds = (at - this.#at) / MS_PER_SECOND
    this.#rows = new Map(
      queues.map((queue) => [queue.queue, rowOf(queue, this.#rows.get(queue.queue), seconds)]),
    )
    this.#at = at
  }
}

/** A queue file of the same name may have another writer by now. */
function rowOf(queue: QueueStatus, before: Row | undefined, seconds: number): Row {
  if (before === undefined || before.createdAt !== queue.createdAt)
    return { ...queue, linesPerSecond: 0, bytesPerSecond: 0, lastMinute: [] }
  const linesPerSecond = Math.max(0, queue.written - before.written) / seconds
  const bytesPerSecond = Math.max(0, queue.bytesWritten - before.bytesWritten) / seconds
  const lastMinute = [...before.lastMinute, linesPerSecond].slice(-LOOKS)
  return { ...queue, linesPerSecond, bytesPerSecond, lastMinute }
}
