// Lines larger than the ring, while the oldest lines are dropped, in every interleaving of producer and
// consumer: none is torn, repeated, or counted wrongly.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { expectDroppedOnly, explore, put } from '../helpers/interleavings.js'

/** What came out is in order, without repetition, and ends with the newest line that was accepted. */
function expectNothingElseMissing(batches) {
  const all = batches.flat()
  return (run) => {
    const { lines, result, at } = run
    const where = `${JSON.stringify(lines)}, schedule ${at}`
    expectDroppedOnly(run, all, where)
    // A large line is refused while another one is being written.
    if (result.at(-1) === 0) assert.equal(lines.at(-1), all.at(-1), `the newest line in ${where}`)
  }
}

const large = (letter) => letter.repeat(70)

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
      const options = { ...size, copied: true, produce: put('drop_oldest', batches) }
      const runs = await explore(depth, options, expectNothingElseMissing(batches))
      assert.ok(runs > 500)
    })
  }
})
