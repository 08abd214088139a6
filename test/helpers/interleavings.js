// What the tests of interleavings share: every schedule of a producer and a consumer is run and checked.

import assert from 'node:assert/strict'
import { TextBatch } from '../../build/queue/batch.js'
import { putBatch } from '../../build/queue/policies.js'
import { everySchedule } from './baton.js'
import { TwoSides } from './two-sides.js'

/** Seven bytes before the end of the ring, so that the text crosses it; counters just below their wrap. */
const START = { at: -1, atByte: -7 }

/** The producer's side: puts these batches under a policy. */
export const put = (policy, batches) => (producer) =>
  batches.map((lines) => putBatch(producer, new TextBatch(lines), policy, () => false))

/** Checks the run of every schedule of this depth; the totals must add up. Resolves to how many there are. */
export async function explore(depth, options, check) {
  const sides = new TwoSides({ ...START, ...options })
  try {
    return everySchedule(depth, (schedule) => {
      const run = sides.run(schedule)
      check(run)
      const { enqueued, written, dropped, waiting } = run.totals
      assert.equal(enqueued, written + dropped, `accounting, schedule ${run.at}`)
      assert.equal(written, run.lines.length, `lines written, schedule ${run.at}`)
      assert.equal(waiting, 0, `lines left, schedule ${run.at}`)
      return run.changes
    })
  } finally {
    await sides.stop()
  }
}

/** What came out are lines of `all`, whole, in order, and none twice; the others are counted as dropped. */
export function expectDroppedOnly({ lines, totals }, all, where) {
  const places = lines.map((line) => all.indexOf(line))
  assert.ok(!places.includes(-1), `torn line in ${where}`)
  assert.ok(
    places.every((place, n) => n === 0 || place > places[n - 1]),
    `order of ${where}`,
  )
  assert.equal(totals.dropped, all.length - lines.length, `drops counted in ${where}`)
}
