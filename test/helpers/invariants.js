// What holds for the numbers of a writer at every moment.

import assert from 'node:assert/strict'

/** The equation of the contract. */
export function expectBalance(metrics) {
  const { enqueued, written, dropped, pending } = metrics.getSnapshot()
  assert.equal(enqueued, written + dropped + pending)
  assert.ok(pending >= 0 && written >= 0 && dropped >= 0)
}
