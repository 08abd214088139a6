// Q on one thread: what put, get, drain and stop answer.

import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { ChooseL2Error, Q, QEmpty } from 'choose-l2'

describe('a queue', () => {
  let q
  beforeEach(() => {
    q = new Q()
  })
  afterEach(() => q.stop())

  it('gives the lines back in order, as they were', () => {
    const lines = ['first', '', 'with\nbreak', 'ä€😀', 'x'.repeat(100_000)]
    for (const line of lines) assert.equal(q.put(line), true)
    assert.deepEqual(
      lines.map(() => q.get()),
      lines,
    )
  })

  it('takes bytes too', () => {
    q.put(Buffer.from('bytes'))
    q.put(new Uint8Array(0))
    assert.deepEqual(q.drain(), ['bytes', ''])
  })

  it('carries a line that is larger than itself', () => {
    const small = new Q(0, { queueBytes: 100 })
    const large = 'ä'.repeat(50_000)
    small.put('before')
    small.put(large)
    small.put('after')
    assert.deepEqual(small.drain(), ['before', large, 'after'])
  })

  it('tells how many lines wait', () => {
    assert.equal(q.hasData(), false)
    q.put('a')
    q.put('b')
    assert.equal(q.qsize(), 2)
    assert.equal(q.hasData(), true)
    q.get()
    assert.equal(q.qsize(), 1)
    assert.deepEqual(q.drain(), ['b'])
    assert.equal(q.qsize(), 0)
  })

  it('that is empty throws QEmpty when the time is up', () => {
    assert.throws(() => q.get(0), QEmpty)
    assert.throws(() => q.get(1), { name: 'QEmpty', message: 'No line arrived within 1 ms' })
    q.put('late')
    assert.equal(q.get(0), 'late')
  })

  it('refuses a bad time limit', () => {
    for (const timeout of [-1, Number.NaN, '5', null]) {
      assert.throws(() => q.get(timeout), { code: 'ERR_INVALID_ARGUMENT', message: /Expected timeout/ })
    }
  })

  it('gives what is left after stop, and then null', () => {
    q.put('a')
    q.put('b')
    q.stop()
    assert.equal(q.stopped, true)
    assert.deepEqual([q.get(), q.get(), q.get(), q.get(5)], ['a', 'b', null, null])
    assert.deepEqual(q.drain(), [])
  })

  it('takes nothing after stop', () => {
    q.stop()
    assert.throws(
      () => q.put('late'),
      (error) => {
        assert.ok(error instanceof ChooseL2Error)
        assert.equal(error.code, 'ERR_QUEUE_STOPPED')
        return true
      },
    )
    assert.equal(q.qsize(), 0)
  })

  it('refuses what is no line', () => {
    for (const text of [undefined, null, 5, {}, ['a'], new ArrayBuffer(1)]) {
      assert.throws(() => q.put(text), { code: 'ERR_INVALID_ARGUMENT', message: /^Expected text/ })
    }
    assert.throws(() => q.put('a', 'drop'), { code: 'ERR_INVALID_ARGUMENT', message: /^Expected policy/ })
    assert.equal(q.qsize(), 0)
  })

  it('refuses bad sizes', () => {
    for (const size of [-1, 1.5, '10', Number.NaN]) {
      assert.throws(() => new Q(size), { code: 'ERR_INVALID_ARGUMENT', message: /^Expected maxsize/ })
    }
    assert.throws(() => new Q(0, { queueBytes: 0 }), { code: 'ERR_INVALID_ARGUMENT' })
    assert.throws(() => new Q(0, { lanes: 0 }), { code: 'ERR_INVALID_ARGUMENT' })
  })

  it('lives in its handle: every thread that opens it has the same lines', () => {
    const other = Q.open(q.handle)
    q.put('a')
    assert.equal(other.qsize(), 1)
    assert.equal(other.get(), 'a')
    other.stop()
    assert.equal(q.stopped, true)
  })
})

describe('a full queue', () => {
  it('gives up the oldest line under drop_oldest', () => {
    const q = new Q(2)
    for (const line of ['a', 'b', 'c', 'd']) assert.equal(q.put(line, 'drop_oldest'), true)
    assert.deepEqual(q.drain(), ['c', 'd'])
  })

  it('of one line keeps the newest', () => {
    const q = new Q(1)
    for (let n = 0; n < 100; n++) q.put(`${n}`, 'drop_oldest')
    assert.deepEqual(q.drain(), ['99'])
  })

  for (const policy of ['drop_newest', 'warn']) {
    it(`refuses the new line under ${policy}`, () => {
      const q = new Q(2)
      assert.deepEqual(
        ['a', 'b', 'c'].map((line) => q.put(line, policy)),
        [true, true, false],
      )
      q.get()
      assert.equal(q.put('d', policy), true)
      assert.deepEqual(q.drain(), ['b', 'd'])
    })
  }

  it('that was made without dropOldest refuses that policy', () => {
    const q = new Q(2, { dropOldest: false })
    assert.throws(() => q.put('a', 'drop_oldest'), { code: 'ERR_INVALID_ARGUMENT', message: /dropOldest/ })
    assert.equal(q.put('a'), true)
    assert.deepEqual(q.drain(), ['a'])
  })
})
