// How long to wait after failures in a row.

import assert from 'node:assert/strict'
import { it } from 'node:test'
import { Backoff } from '../../build/drain/backoff.js'

const delays = (backoff, isBusy, count) => Array.from({ length: count }, () => backoff.next(isBusy))

it('a failing disk is left in peace for longer each time, at most a second', () => {
  assert.deepEqual(delays(new Backoff(), false, 9), [10, 20, 40, 80, 160, 320, 640, 1000, 1000])
})

it('a busy pipe is asked again soon', () => {
  assert.deepEqual(delays(new Backoff(), true, 7), [1, 2, 4, 8, 16, 20, 20])
})

it('after a success it starts again', () => {
  const backoff = new Backoff()
  delays(backoff, false, 5)
  backoff.reset()
  assert.equal(backoff.next(false), 10)
})

it('a pipe that was broken for long is asked soon once it is only busy', () => {
  const backoff = new Backoff()
  delays(backoff, false, 9)
  assert.equal(backoff.next(true), 20)
})

it('only "not now" counts as busy', () => {
  for (const code of ['EAGAIN', 'EWOULDBLOCK', 'EINTR']) assert.equal(Backoff.isBusy(code), true)
  for (const code of ['ENOSPC', 'EIO', 'EPIPE', 'EBADF', undefined]) assert.equal(Backoff.isBusy(code), false)
})
