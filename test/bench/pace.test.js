// The plan of a load of the benchmarks: lines are due at their own moments, whatever the sender does.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Pace } from '../../bench/shared/pace.js'

test('lines are due one after the other, the first at once', () => {
  const pace = new Pace(1000, 50)
  assert.equal(pace.due(49), 0)
  assert.equal(pace.due(50), 1)
  assert.equal(pace.due(52.5), 3)
})

test('a line that is late keeps the moment at which it was meant to be sent', () => {
  const pace = new Pace(1000, 0)
  assert.equal(pace.due(500), 501)
  for (let n = 0; n <= 500; n++) assert.equal(pace.take(), n)
  assert.equal(pace.due(500), 0)
  assert.equal(pace.intended, 501)
  assert.equal(pace.sent, 501)
})
