// Producer and consumer change over after every possible number of steps (accesses to shared memory), again and
// again: in none of these thousands of interleavings is a line lost, torn, repeated, or counted wrongly.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { expectDroppedOnly, explore, put } from '../helpers/interleavings.js'

/** Refused lines are missing, all others are there in order. */
function expectRefusedMissing(batches) {
  return ({ lines, result, at }) => {
    const accepted = batches.flatMap((batch, n) => batch.slice(0, batch.length - result[n]))
    assert.deepEqual(lines, accepted, `schedule ${at}`)
  }
}

/** What came out is in order, without repetition, and ends with the newest line; nothing was refused. */
function expectOldestMissing(batches) {
  const all = batches.flat()
  return (run) => {
    const { lines, result, at } = run
    const where = `${JSON.stringify(lines)}, schedule ${at}`
    expectDroppedOnly(run, all, where)
    assert.equal(lines.at(-1), all.at(-1), `the newest line in ${where}`)
    assert.deepEqual(
      result,
      batches.map(() => 0),
      `refused in ${where}`,
    )
  }
}

const three = [['one'], ['two'], ['three']]
const pairs = [
  ['first', 'second'],
  ['third', 'fourth'],
]

describe('written from the ring', () => {
  for (const { name, depth, size, batches } of [
    { name: 'a queue of one line', depth: 3, size: { lines: 1, bytes: 64 }, batches: [['one'], ['two']] },
    { name: 'three lines in a queue of one', depth: 3, size: { lines: 1, bytes: 64 }, batches: three },
    {
      name: 'pairs in a queue of two lines',
      depth: 3,
      size: { lines: 2, bytes: 64, writeBytes: 4 },
      batches: pairs,
    },
    {
      name: 'a queue too small in bytes',
      depth: 3,
      size: { lines: 9, bytes: 12, claimBytes: 6 },
      batches: pairs,
    },
    {
      name: 'a line larger than the ring',
      depth: 3,
      size: { lines: 3, bytes: 64 },
      batches: [['one'], ['x'.repeat(70)], ['three']],
    },
  ]) {
    it(name, async () => {
      const options = { ...size, produce: put('drop_newest', batches) }
      const runs = await explore(depth, options, expectRefusedMissing(batches))
      assert.ok(runs > 500)
    })
  }
})

describe('copied, while the oldest lines are dropped', () => {
  for (const { name, depth, size, batches } of [
    { name: 'a queue of one line', depth: 4, size: { lines: 1, bytes: 64 }, batches: [['one'], ['two']] },
    { name: 'three lines in a queue of one', depth: 3, size: { lines: 1, bytes: 64 }, batches: three },
    {
      name: 'pairs in a queue of two lines',
      depth: 3,
      size: { lines: 2, bytes: 64, writeBytes: 4 },
      batches: pairs,
    },
    {
      name: 'a queue too small in bytes',
      depth: 3,
      size: { lines: 9, bytes: 7, claimBytes: 6 },
      batches: three,
    },
  ]) {
    it(name, async () => {
      const options = { ...size, copied: true, produce: put('drop_oldest', batches) }
      const runs = await explore(depth, options, expectOldestMissing(batches))
      assert.ok(runs > 500)
    })
  }
})
