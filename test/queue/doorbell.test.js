// Bell, role and room: who is woken by what, and that no wake-up falls between looking and sleeping.

import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { Doorbell, waitAsync } from '../../build/queue/doorbell.js'
import { ThreadBell } from '../../build/queue/thread-bell.js'
import { interruptedAt } from '../helpers/steps.js'
import { createQueue, takeClaim } from '../helpers/queue.js'

const NEVER = 0x7fffffff
/** Longer than any test: who sleeps so long was not woken. */
const VERY_LONG_MS = 2 ** 30

describe('the bell', () => {
  let doorbell
  beforeEach(() => {
    doorbell = new Doorbell()
  })

  it('is worth ringing from the number of lines or of bytes on that the consumer asked for', () => {
    doorbell.wakeAt(10, 1000)
    assert.equal(doorbell.isWorthARing(9, 999), false)
    assert.equal(doorbell.isWorthARing(10, 0), true)
    assert.equal(doorbell.isWorthARing(0, 1000), true)
  })

  it('rings once: after that the consumer is awake', () => {
    doorbell.wakeAt(1, 1)
    doorbell.ring()
    assert.equal(doorbell.isWorthARing(NEVER - 1, NEVER - 1), false)
  })

  it('is not worth a ring after a sleep, as the consumer looks by itself', () => {
    doorbell.wakeAt(1, 1)
    doorbell.sleep(doorbell.listen(), 0)
    assert.equal(doorbell.isWorthARing(1, 1), false)
  })

  it('that rings between listening and sleeping ends the sleep', async () => {
    const seen = doorbell.listen()
    doorbell.ring()
    doorbell.sleep(seen, VERY_LONG_MS)
    assert.equal(doorbell.ringAsync(seen), null)
  })

  it('wakes who waits for it without blocking', async () => {
    const other = new Doorbell(doorbell.handle)
    const rung = doorbell.ringAsync(doorbell.listen())
    other.ring()
    assert.equal(await rung, 'ok')
  })
})

describe('the role of the consumer', () => {
  const isAlive = (thread) => thread !== 7

  it('belongs to one thread at a time, and to that as often as it asks', () => {
    const doorbell = new Doorbell()
    assert.equal(doorbell.roleHolder, 0)
    assert.equal(doorbell.takeRole(1, isAlive), true)
    assert.equal(doorbell.takeRole(1, isAlive), true)
    assert.equal(doorbell.takeRole(2, isAlive), false)
    doorbell.leaveRole(2)
    assert.equal(doorbell.roleHolder, 1, 'nobody leaves for another')
    doorbell.leaveRole(1)
    assert.equal(doorbell.takeRole(2, isAlive), true)
  })

  it('is taken from a dead thread, by one of those who try', () => {
    const doorbell = new Doorbell()
    doorbell.takeRole(7, isAlive)
    const taken = []
    // The second thread asks while the first one is still making sure that the holder is dead.
    const isAliveSlowly = (thread) => {
      taken.push(doorbell.takeRole(2, isAlive))
      return isAlive(thread)
    }
    taken.push(doorbell.takeRole(1, isAliveSlowly))
    assert.deepEqual(taken, [true, false])
    assert.equal(doorbell.roleHolder, 2)
  })
})

describe('a holder that rests between two rounds', () => {
  const isAlive = () => true
  for (const [thread, other] of [
    [5, 6],
    [-1, -2], // where the kernel's numbers are not known
  ]) {
    it(`${thread} keeps the role, unless it is one that may lose it`, () => {
      const doorbell = new Doorbell()
      doorbell.takeRole(thread, isAlive)
      assert.equal(
        doorbell.takeRole(other, isAlive, () => true),
        false,
        'not within a round',
      )
      doorbell.restInRole(thread)
      assert.equal(doorbell.roleHolder, thread)
      assert.equal(doorbell.takeRole(other, isAlive), false)
      assert.equal(doorbell.resumeRole(thread), true)
      doorbell.restInRole(thread)
      assert.equal(
        doorbell.takeRole(other, isAlive, (holder) => holder === thread),
        true,
      )
      assert.equal(doorbell.resumeRole(thread), false, 'it learns of it before its next round')
      assert.equal(doorbell.roleHolder, other)
    })

    it(`${thread} may take it again, and leave it`, () => {
      const doorbell = new Doorbell()
      doorbell.takeRole(thread, isAlive)
      doorbell.restInRole(thread)
      assert.equal(doorbell.takeRole(thread, isAlive), true)
      doorbell.restInRole(thread)
      doorbell.leaveRole(thread)
      assert.equal(doorbell.roleHolder, 0)
    })
  }

  it('rings the bell of its thread', () => {
    const doorbell = new Doorbell()
    const bell = new ThreadBell(doorbell.handle.thread)
    const seen = bell.listen()
    doorbell.ring()
    bell.sleep(seen, VERY_LONG_MS)
    assert.notEqual(bell.listen(), seen)
  })
})

describe('room', () => {
  it('made between asking for it and the wait ends the wait', () => {
    const doorbell = new Doorbell()
    const seen = doorbell.wantRoom()
    assert.equal(doorbell.isRoomWanted, true)
    doorbell.roomMade()
    doorbell.waitForRoom(seen, VERY_LONG_MS)
    assert.equal(doorbell.isRoomWanted, false)
  })

  it('wakes nobody where nobody wants it', () => {
    const doorbell = new Doorbell()
    const before = doorbell.wantRoom()
    doorbell.roomMade()
    const seen = doorbell.wantRoom()
    assert.notEqual(seen, before)
    doorbell.roomMade()
    doorbell.roomMade()
    assert.equal((doorbell.wantRoom() - seen) | 0, 1)
  })

  it('wakes who waits without blocking, and its time limit does too', async () => {
    const doorbell = new Doorbell()
    const woken = doorbell.roomAsync(doorbell.wantRoom(), VERY_LONG_MS)
    doorbell.roomMade()
    await woken
    await doorbell.roomAsync(doorbell.wantRoom(), 1)
    await waitAsync(new Int32Array(new SharedArrayBuffer(4)), 0, 1, VERY_LONG_MS)
  })

  it('is told to a producer at whatever moment it asks', () => {
    // The producer asks, looks, and would sleep: at every step of the consumer, either it sees room or it is told.
    let moments = 0
    for (let at = 0, isThere = true; isThere; at++) {
      const { producers, consumer, memory } = createQueue({ lines: 1, bytes: 64 })
      const doorbell = new Doorbell()
      producers[0].push(['x'])
      let seen = null
      isThere = interruptedAt(
        memory.buffer,
        at,
        () => {
          consumer.look()
          consumer.claim(1000)
          takeClaim(consumer)
          assert.equal(consumer.hasRoom(0), true)
          doorbell.roomMade()
        },
        () => {
          const current = doorbell.wantRoom()
          if (!producers[0].fits(2)) seen = current
        },
      )
      if (seen === null) continue
      doorbell.waitForRoom(seen, VERY_LONG_MS)
      moments++
    }
    assert.ok(moments > 5)
  })

  it('after a loss is news once', () => {
    const doorbell = new Doorbell()
    assert.equal(doorbell.takeFull(), false)
    doorbell.noteFull()
    doorbell.noteFull()
    assert.equal(doorbell.takeFull(), true)
    assert.equal(doorbell.takeFull(), false)
  })
})

describe('the end', () => {
  it('wakes the consumer and the producers', () => {
    const doorbell = new Doorbell()
    const bell = doorbell.listen()
    const room = doorbell.wantRoom()
    doorbell.stop()
    assert.equal(doorbell.stopped, true)
    doorbell.sleep(bell, VERY_LONG_MS)
    doorbell.waitForRoom(room, VERY_LONG_MS)
  })

  it('of the freedom of a queue is the first writer', () => {
    const doorbell = new Doorbell()
    assert.equal(doorbell.hasWriter, false)
    assert.equal(doorbell.takeForWriter(), true)
    assert.equal(doorbell.takeForWriter(), false)
    assert.equal(new Doorbell(doorbell.handle).hasWriter, true)
  })
})
