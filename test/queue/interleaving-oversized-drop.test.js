// Producer and consumer change over after every possible number of steps (accesses to shared memory), again and
// again: in none of these thousands of interleavings is a line lost, torn, repeated, or counted wrongly.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { TextBatch } from '../../dist/queue/batch.js'
import { putBatch } from '../../dist/queue/policies.js'
import { everySchedule } from '../helpers/baton.js'
import { TwoSides } from '../helpers/two-sides.js'

const put = (policy, batches) => (producer) =>
  batches.map((lines) => putBatch(producer, new TextBatch(lines), policy, () => false))

async function explore(depth, options, check) {
  const sides = new TwoSides(options)
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

/** What came out is in order, without repetition, and ends with the newest line that was accepted. */
function expectNothingElseMissing(batches) {
  const all = batches.flat()
  return ({ lines, result, totals, at }) => {
    const where = `${JSON.stringify(lines)}, schedule ${at}`
    const places = lines.map((line) => all.indexOf(line))
    assert.ok(!places.includes(-1), `torn line in ${where}`)
    assert.ok(
      places.every((place, n) => n === 0 || place > places[n - 1]),
      `order of ${where}`,
    )
    // A large line is refused while another one is being written.
    if (result.at(-1) === 0) assert.equal(lines.at(-1), all.at(-1), `the newest line in ${where}`)
    assert.equal(totals.dropped, all.length - lines.length, `drops counted in ${where}`)
  }
}

const large = (letter) => letter.repeat(70)
const start = { at: -1, atByte: -7 }

describe('lines larger than the ring, copied, while the oldest lines are dropped', () => {
  for (const { name, depth, size, batches } of [
    {
      name: 'one after the other in a queue of one line',
      depth: 3,
      size: { lines: 1, bytes: 64 },
      batches: [[large('x')], [large('y')]],
    },
    {
      name: 'before short lines',
      depth: 3,
      size: { lines: 2, bytes: 64 },
      batches: [[large('x')], ['second', 'third']],
    },
  ]) {
    it(name, async () => {
      const options = { ...start, ...size, copied: true, produce: put('drop_oldest', batches) }
      const runs = await explore(depth, options, expectNothingElseMissing(batches))
      assert.ok(runs > 500)
    })
  }
})
