// A queue's memory with its sides, for tests that look below the writers.

import { Consumer } from '../../build/queue/consumer.js'
import { writeMarker } from '../../build/queue/drop-marker.js'
import { Lane } from '../../build/queue/lane.js'
import { geometryOf } from '../../build/queue/geometry.js'
import {
  L_CLAIMED,
  L_DROPPED,
  L_ENQUEUED,
  L_STATE,
  L_TAIL,
  L_TAIL_SEEN,
  L_THREAD,
  L_WRITTEN,
  H_LANES_USED,
  LANE_TAKEN,
} from '../../build/queue/layout.js'
import { SharedMemory } from '../../build/queue/memory.js'
import { Producer } from '../../build/queue/producer.js'

/** Thread numbers of tests: no kernel thread has one as large. */
export const A_THREAD = 0x40000000

/** A memory whose first `taken` lanes belong to a thread each. `at` and `atByte` are where the counters start. */
export function createQueue({
  lines = 0,
  bytes = 1024,
  lanes = 1,
  taken = lanes,
  copied = false,
  at = 0,
  atByte = 0,
  marker = null,
}) {
  const memory = SharedMemory.create(geometryOf(lanes, lines, bytes, copied))
  writeMarker(memory.buffer, marker)
  const header = new Int32Array(memory.buffer, 0, 1024)
  for (let index = 0; index < taken; index++) {
    const lane = new Lane(memory, index)
    lane.words[L_TAIL] = lane.words[L_TAIL_SEEN] = at
    lane.moveHead(at)
    lane.words[L_CLAIMED] = at
    lane.ends[(at - 1) & lane.lineMask] = atByte
    lane.words[L_THREAD] = A_THREAD + index
    lane.words[L_STATE] = LANE_TAKEN
  }
  header[H_LANES_USED] = taken
  const laneAt = (index) => new Lane(memory, index)
  return {
    memory,
    header,
    laneAt,
    producers: Array.from({ length: taken }, (_, index) => new Producer(memory, laneAt(index))),
    consumer: new Consumer(memory),
  }
}

/** The sums over all lanes, and how many lines are neither written nor dropped. */
export function totalsOf(memory) {
  const sums = { enqueued: 0, written: 0, dropped: 0, waiting: 0 }
  for (let index = 0; index < memory.geometry.lanes; index++) {
    const lane = new Lane(memory, index)
    sums.enqueued += lane.total(L_ENQUEUED)
    sums.written += lane.total(L_WRITTEN)
    sums.dropped += lane.total(L_DROPPED)
    sums.waiting += lane.waitingLines()
  }
  return { ...sums, open: sums.enqueued - sums.written - sums.dropped }
}

/** Writes whatever waits, whole claims at a time, and returns it. */
export function drainAll(consumer) {
  const pieces = []
  if (consumer.resume()) pieces.push(takeClaim(consumer))
  while (consumer.look().lines > 0) {
    while (consumer.claim(0x7fffffff)) pieces.push(takeClaim(consumer))
  }
  return Buffer.concat(pieces)
}

/** Writes the claim at once and returns its bytes. */
export function takeClaim(consumer) {
  const bytes = Buffer.concat(consumer.ranges())
  consumer.advance(bytes.length)
  return bytes
}

/** What a line becomes in the log. */
export function asLine(content) {
  return Buffer.concat([Buffer.from(content), Buffer.from('\n')])
}
