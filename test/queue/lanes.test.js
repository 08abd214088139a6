// Who holds which lane: taking, leaving, lanes of dead threads, and the accounts of those that are set free.

import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { Consumer } from '../../build/queue/consumer.js'
import { Doorbell } from '../../build/queue/doorbell.js'
import { claimLane, countWaiting, leaveLane, reapLanes } from '../../build/queue/lanes.js'
import {
  H_OVERFLOW_STATE,
  OVERFLOW_FILLING,
  OVERFLOW_LANE_SHIFT,
  H_LANES_USED,
  L_ENQUEUED,
  L_STATE,
  L_THREAD,
  LANE_FREE,
  LANE_LEFT,
  LANE_TAKEN,
} from '../../build/queue/layout.js'
import { Producer } from '../../build/queue/producer.js'
import { diesAt } from '../helpers/steps.js'
import { A_THREAD, createQueue, drainAll, takeClaim, totalsOf } from '../helpers/queue.js'

const FIRST = A_THREAD
const SECOND = A_THREAD + 1
const THIRD = A_THREAD + 2

describe('lanes', () => {
  let queue
  let living
  let doorbell

  const isAlive = (thread) => living.has(thread)
  const take = (thread) => claimLane(queue.memory, doorbell, thread, isAlive)
  const stateOf = (index) => queue.laneAt(index).words[L_STATE]
  const reap = () => reapLanes(queue.memory, isAlive)

  beforeEach(() => {
    queue = createQueue({ lanes: 2, taken: 0, bytes: 64 })
    living = new Set([FIRST, SECOND, THIRD])
    doorbell = new Doorbell()
  })

  it('are taken in order, and only those ever taken are looked at', () => {
    assert.equal(queue.header[H_LANES_USED], 0)
    assert.equal(take(FIRST).index, 0)
    assert.equal(queue.header[H_LANES_USED], 1)
    assert.equal(take(SECOND).index, 1)
    assert.equal(queue.header[H_LANES_USED], 2)
    assert.equal(queue.laneAt(1).words[L_THREAD], SECOND)
  })

  it('of living threads are not given away', () => {
    take(FIRST)
    take(SECOND)
    assert.throws(() => take(THIRD), {
      code: 'ERR_NO_FREE_LANE',
      message: /all 2 are taken: 2 by living threads\. Detach/,
    })
    reap()
    assert.deepEqual([stateOf(0), stateOf(1)], [LANE_TAKEN, LANE_TAKEN])
  })

  it('that were left and are not written yet are told apart', () => {
    const producer = new Producer(queue.memory, take(FIRST))
    producer.push(['waits'])
    leaveLane(producer.lane)
    take(SECOND)
    assert.throws(() => take(THIRD), {
      code: 'ERR_NO_FREE_LANE',
      message: /taken: 1 by living threads, 1 by threads that left and whose lines are not written yet\./,
    })
  })

  it('are taken wholly or not at all, wherever the thread dies', () => {
    for (let step = 0, isOver = false; !isOver; step++) {
      queue = createQueue({ lanes: 2, taken: 0, bytes: 64 })
      living = new Set([FIRST, SECOND, THIRD])
      isOver = !diesAt(queue.memory.buffer, step, () => take(FIRST))
      living.delete(FIRST)
      reap()
      queue.consumer.look()
      const next = [take(SECOND).index, take(THIRD).index]
      assert.deepEqual(next, [0, 1], `died at step ${step}`)
    }
  })

  it('are set free wherever the consumer dies', () => {
    for (let step = 0, isOver = false; !isOver; step++) {
      queue = createQueue({ lanes: 1, taken: 0, bytes: 64 })
      leaveLane(take(FIRST))
      isOver = !diesAt(queue.memory.buffer, step, () => queue.consumer.look())
      new Consumer(queue.memory).look()
      assert.equal(take(SECOND).index, 0, `died at step ${step}`)
    }
  })

  it('that were left are set free when they are drained, not before', () => {
    const producer = new Producer(queue.memory, take(FIRST))
    producer.push(['a', 'b'])
    leaveLane(producer.lane)
    queue.consumer.look()
    assert.equal(stateOf(0), LANE_LEFT)
    assert.equal(drainAll(queue.consumer).toString(), 'a\nb\n')
    queue.consumer.look()
    assert.equal(stateOf(0), LANE_FREE)
    assert.equal(queue.laneAt(0).words[L_THREAD], 0)
  })

  it('that were set free are taken again and go on where they were', () => {
    const producer = new Producer(queue.memory, take(FIRST))
    producer.push(['a'])
    leaveLane(producer.lane)
    drainAll(queue.consumer)
    queue.consumer.look()
    const next = new Producer(queue.memory, take(SECOND))
    assert.equal(next.lane.index, 0)
    next.push(['b'])
    assert.equal(drainAll(queue.consumer).toString(), 'b\n')
    assert.deepEqual(totalsOf(queue.memory), { enqueued: 2, written: 2, dropped: 0, waiting: 0, open: 0 })
  })

  it('of dead threads are drained and set free', () => {
    const producer = new Producer(queue.memory, take(FIRST))
    producer.push(['last words'])
    living.delete(FIRST)
    reap()
    assert.equal(stateOf(0), LANE_LEFT)
    assert.equal(drainAll(queue.consumer).toString(), 'last words\n')
    queue.consumer.look()
    assert.equal(stateOf(0), LANE_FREE)
  })

  it('left twice, or left after they were set free, do no harm', () => {
    const lane = take(FIRST)
    leaveLane(lane)
    leaveLane(lane)
    queue.consumer.look()
    leaveLane(lane)
    assert.equal(stateOf(0), LANE_FREE)
  })

  it('whose thread died between counting and publishing have a settled account', () => {
    const lane = take(FIRST)
    lane.addTo(L_ENQUEUED, 3) // the step before the store of TAIL
    living.delete(FIRST)
    reap()
    queue.consumer.look()
    assert.equal(stateOf(0), LANE_FREE)
    assert.deepEqual(totalsOf(queue.memory), { enqueued: 3, written: 0, dropped: 3, waiting: 0, open: 0 })
  })

  it('whose thread died while it stored a line larger than the ring give its place free', () => {
    const lane = take(FIRST)
    const header = new Int32Array(queue.memory.buffer)
    header[H_OVERFLOW_STATE] = OVERFLOW_FILLING | (lane.index << OVERFLOW_LANE_SHIFT)
    const other = new Producer(queue.memory, take(SECOND))
    assert.equal(other.push(['y'.repeat(100)]), 0, 'the place is taken')
    living.delete(FIRST)
    reap()
    queue.consumer.look()
    assert.equal(other.push(['y'.repeat(100)]), 1)
    assert.equal(drainAll(queue.consumer).toString(), `${'y'.repeat(100)}\n`)
  })

  it('of a dead thread with a claim in the ring are set free only after the claim is written', () => {
    const producer = new Producer(queue.memory, take(FIRST))
    producer.push(['claimed'])
    queue.consumer.look()
    queue.consumer.claim(1000)
    living.delete(FIRST)
    reap()
    queue.consumer.look()
    assert.equal(stateOf(0), LANE_LEFT)
    takeClaim(queue.consumer)
    queue.consumer.look()
    assert.equal(stateOf(0), LANE_FREE)
    assert.equal(totalsOf(queue.memory).open, 0)
  })

  it('are counted together', () => {
    const first = new Producer(queue.memory, take(FIRST))
    const second = new Producer(queue.memory, take(SECOND))
    first.push(['a', 'b'])
    second.push(['c'])
    assert.equal(countWaiting(queue.memory), 3)
    drainAll(queue.consumer)
    assert.equal(countWaiting(queue.memory), 0)
  })

  it('take turns when the consumer claims little at a time', () => {
    new Producer(queue.memory, take(FIRST)).push(['a1', 'a2'])
    new Producer(queue.memory, take(SECOND)).push(['b1', 'b2'])
    queue.consumer.look()
    const claims = []
    while (queue.consumer.claim(1)) claims.push(takeClaim(queue.consumer).toString())
    assert.deepEqual(claims, ['a1\n', 'b1\n', 'a2\n', 'b2\n'])
  })
})
