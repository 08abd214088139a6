// A time limit counts only time without progress.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TimeLimit } from '../build/time-limit.js'

test('progress starts it again', () => {
  let progress = 0
  const limit = new TimeLimit(1000, () => progress)
  sleep(20)
  assert.ok(limit.left() < 1000)
  progress++
  assert.equal(limit.left(), 1000)
})

test('a gap in which the thread could not run counts as a slice', () => {
  const limit = new TimeLimit(1000)
  sleep(400)
  assert.equal(limit.left(), 900)
})

test('a slice of it ends after its own time, and with the limit', () => {
  assert.ok(new TimeLimit(Infinity).slice(20).left() <= 20)
  assert.ok(new TimeLimit(20).slice(Infinity).left() <= 20)
})

test('without a limit there is always time left', () => {
  assert.equal(new TimeLimit(Infinity).left(), Infinity)
})

function sleep(ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}
