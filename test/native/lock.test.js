// The lock of a log is asked for again for a while: who holds it may be a recovery that is done in a moment.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lockSoon } from '../../build/native/lock.js'

/** A lock that somebody else holds for so many tries. */
class HeldFor {
  asked = []

  constructor(tries) {
    this.tries = tries
  }

  tryLock = (fd, shared) => {
    this.asked.push([fd, shared])
    return this.asked.length > this.tries
  }
}

test('a lock that is held for a moment is waited for', () => {
  const lock = new HeldFor(3)
  assert.equal(lockSoon(lock, 7, 'shared'), true)
  assert.deepEqual(
    lock.asked,
    Array.from({ length: 4 }, () => [7, 'shared']),
  )
})

test('a lock that is held on and on is given up', () => {
  const lock = new HeldFor(Infinity)
  assert.equal(lockSoon(lock, 7), false)
  assert.ok(lock.asked.length > 1)
})
