// Requests and answers in shared memory: tickets, numbers, and errors in a form that a message carries.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Control, STOP_TICKET, systemErrorFields } from '../../build/drain/protocol.js'

const VERY_LONG_MS = 2 ** 30

describe('a request', () => {
  for (const request of ['flush', 'sync']) {
    it(`${request} is answered by its own number and by every later one`, () => {
      const asker = new Control()
      const consumer = new Control(asker.handle)
      const [first, second, third] = [asker.ask(request), asker.ask(request), asker.ask(request)]
      assert.equal(consumer.asked(request), third)
      assert.equal(consumer.isOpen(request, first), true)
      consumer.settle(request, second, true)
      assert.deepEqual(
        [first, second, third].map((ticket) => asker.answer(request, ticket)),
        [true, true, null],
      )
      assert.equal(consumer.isOpen(request, third), true)
    })
  }

  it('of one kind answers no other', () => {
    const control = new Control()
    const flush = control.ask('flush')
    const sync = control.ask('sync')
    const stop = control.ask('stop')
    assert.equal(control.stopAsked, true)
    control.settle('flush', flush, true)
    assert.deepEqual([control.answer('sync', sync), control.answer('stop', stop)], [null, null])
    assert.equal(control.isStopped, false)
    control.settleStop()
    assert.equal(control.answer('stop', stop), true)
    assert.equal(control.isStopped, true)
  })

  it('to sync that fails is answered with false, and a later one can succeed', () => {
    const control = new Control()
    const first = control.ask('sync')
    control.settle('sync', first, false)
    assert.equal(control.answer('sync', first), false)
    assert.equal(control.isOpen('sync', first), false)
    const second = control.ask('sync')
    assert.equal(control.answer('sync', second), null)
    control.settle('sync', second, true)
    assert.equal(control.answer('sync', second), true)
  })

  it('is answered also where the counter wraps', () => {
    const control = new Control()
    new Int32Array(control.handle).fill(0x7fffffff, ...wordsOf('flush', 2)) // asked and done
    const before = control.asked('flush')
    const after = control.ask('flush')
    assert.equal(after, -0x80000000)
    assert.equal(control.answer('flush', before), true)
    assert.equal(control.answer('flush', after), null)
    control.settle('flush', after, true)
    assert.equal(control.answer('flush', after), true)
  })

  for (const start of [0x7fffffff, -2]) {
    it(`to sync is answered rightly from ticket ${start} on, whatever was answered before`, () => {
      const control = new Control()
      // What an asker sees before the answer, after success, and after a failure.
      new Int32Array(control.handle).fill(start, ...wordsOf('sync', 2)) // asked and done
      const [first, second, third] = [control.ask('sync'), control.ask('sync'), control.ask('sync')]
      assert.deepEqual(answers(control, [first, second, third]), [null, null, null])
      control.settle('sync', first, true)
      assert.deepEqual(answers(control, [first, second, third]), [true, null, null])
      control.settle('sync', second, false)
      assert.equal(control.answer('sync', second), false)
      assert.equal(control.answer('sync', third), null)
      control.settle('sync', third, false)
      assert.equal(control.answer('sync', third), false)
    })
  }

  it('to sync after 2^31 failures is not taken for done before it is answered', () => {
    const control = new Control()
    control.settle('sync', control.ask('sync'), true)
    const words = new Int32Array(control.handle)
    let last = control.asked('sync')
    for (let round = 0; round < 6; round++) {
      last = (last + 0x3fffffff) | 0
      words.fill(last, ...wordsOf('sync', 1)) // so many have asked, and all were told false
      control.settle('sync', last, false)
      const next = control.ask('sync')
      assert.equal(control.answer('sync', next), null)
      control.settle('sync', next, false)
      assert.equal(control.answer('sync', next), false)
      last = next
    }
  })

  it('that is answered between looking and waiting ends the wait', async () => {
    const control = new Control()
    const ticket = control.ask('flush')
    const seen = control.answers
    control.settle('flush', ticket, true)
    control.waitForAnswer(seen, VERY_LONG_MS)
    await control.answerAsync(seen, VERY_LONG_MS)
  })

  it('that is answered later wakes who waits without blocking', async () => {
    const control = new Control()
    const ticket = control.ask('flush')
    const woken = control.answerAsync(control.answers, VERY_LONG_MS)
    new Control(control.handle).settle('flush', ticket, true)
    await woken
    assert.equal(control.answer('flush', ticket), true)
  })
})

it('states are the same for every thread', () => {
  const control = new Control()
  const other = new Control(control.handle)
  control.setWriting(true)
  control.loseReader()
  assert.deepEqual([other.isWriting, other.isReaderGone, other.isSyncing], [true, true, false])
})

it('a stop that nobody asked for answers those who wait for the end, and every later one', () => {
  const control = new Control()
  control.settleStop()
  assert.equal(control.answer('stop', STOP_TICKET), true)
  assert.equal(control.stopAsked, false)
})

it('a system error keeps what a message can carry', () => {
  const error = Object.assign(new Error('ENOSPC: no space left'), {
    code: 'ENOSPC',
    errno: -28,
    syscall: 'write',
  })
  const fields = structuredClone(systemErrorFields(error))
  assert.deepEqual(fields, { message: error.message, code: 'ENOSPC', errno: -28, syscall: 'write' })
  assert.equal(systemErrorFields('thrown text').message, 'thrown text')
})

/** Where the first so many words of a request's row are: the rows stand in the order flush, sync, stop. */
function wordsOf(request, count) {
  const start = ['flush', 'sync', 'stop'].indexOf(request) * 4
  return [start, start + count]
}

function answers(control, tickets) {
  return tickets.map((ticket) => control.answer('sync', ticket))
}
