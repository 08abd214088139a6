// What becomes of lines that find no room: the four policies. Runs on the producer's thread.

import { QueuePolicy } from '../constants.js'
import type { Batch } from './batch.js'
import type { Producer } from './producer.js'

/**
 * Puts the batch into the queue in order, as the policy says.
 * @param waitForRoom called under `block` when a line of so many bytes finds no room; false = give up.
 * @returns how many lines of this batch were refused; they are counted as dropped. Under `drop_oldest` older
 *   lines go instead, and it is 0 but for a line that the queue cannot hold at this moment even when empty.
 */
export function putBatch(
  producer: Producer,
  batch: Batch,
  policy: QueuePolicy,
  waitForRoom: (bytes: number) => boolean,
): number {
  let at = batch.pushTo(producer, 0)
  let refused = 0
  while (at < batch.length) {
    if (policy === QueuePolicy.DROP_OLDEST) {
      const freed = makeRoom(producer, batch, at)
      const pushed = batch.pushTo(producer, at)
      at += pushed
      if (pushed > 0 || freed > 0) continue
      producer.gap.cancel() // its marker, if it had one, is for the next line
      refused++
      at++
      continue
    }
    const pushed = batch.pushTo(producer, at) // once more: a line larger than the ring goes alone
    at += pushed
    if (pushed > 0) continue
    if (policy === QueuePolicy.BLOCK && waitForRoom(batch.bytesOf(at))) continue
    refused += batch.length - at
    at = batch.length
  }
  if (refused > 0) producer.refuse(refused)
  return refused
}

/** Drops the oldest lines so that as many as possible of the batch, from `at` on, fit. */
function makeRoom(producer: Producer, batch: Batch, at: number): number {
  const { lineLimit, byteLimit } = producer.lane.geometry
  let lines = 0
  let bytes = 0
  for (let n = at; n < batch.length && lines < lineLimit; n++) {
    const next = batch.bytesOf(n)
    if (lines > 0 && bytes + next > byteLimit) break
    bytes += next
    lines++
  }
  return producer.dropOldest(lines, bytes)
}
