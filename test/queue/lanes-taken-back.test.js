// A thread that left its lane and comes back: it goes on in the same lane, at whatever step of the consumer it does so,
// and its lines keep their order.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { TextBatch } from '../../build/queue/batch.js'
import { Consumer } from '../../build/queue/consumer.js'
import { Doorbell } from '../../build/queue/doorbell.js'
import { claimLane, leaveLane, reapLanes } from '../../build/queue/lanes.js'
import { L_ENQUEUED, L_PUTTING, L_STATE, LANE_FREE, LANE_LEFT, LANE_TAKEN } from '../../build/queue/layout.js'
import { putBatch } from '../../build/queue/policies.js'
import { Producer } from '../../build/queue/producer.js'
import { A_THREAD, createQueue, drainAll, takeClaim, totalsOf } from '../helpers/queue.js'
import { diesAt, interruptedAt } from '../helpers/steps.js'

const FIRST = A_THREAD
const SECOND = A_THREAD + 1
const LARGE = 'x'.repeat(100)

/** A queue with its threads: `attach` gives one a lane. */
function open(options = {}) {
  const queue = createQueue({ lanes: 2, taken: 0, bytes: 64, marker: '{lines} dropped', ...options })
  const living = new Set([FIRST, SECOND])
  const isAlive = (thread) => living.has(thread)
  const doorbell = new Doorbell()
  const attach = (thread) => new Producer(queue.memory, claimLane(queue.memory, doorbell, thread, isAlive))
  const states = () => [0, 1].map((index) => queue.laneAt(index).words[L_STATE])
  return { ...queue, living, isAlive, attach, states }
}

/** What the first thread may leave behind in its lane when it goes, with what the consumer has written of it. */
const LEFT_BEHIND = {
  nothing: { leave: () => {}, told: '', refused: 0 },
  'a gap': { leave: (producer) => producer.refuse(2), told: '2 dropped\n', refused: 2 },
}

describe('a lane that its thread has left', () => {
  it('is taken back while lines wait in it, and these come first', () => {
    const { attach, consumer, states, memory } = open()
    for (const line of ['1', '2', '3', '4']) {
      const producer = attach(FIRST)
      producer.push([line])
      leaveLane(producer.lane)
      consumer.look()
    }
    assert.deepEqual(states(), [LANE_LEFT, LANE_FREE])
    assert.equal(drainAll(consumer).toString(), '1\n2\n3\n4\n')
    assert.equal(totalsOf(memory).open, 0)
  })

  it('is not given to another thread while lines wait in it', () => {
    const { attach, states } = open()
    const producer = attach(FIRST)
    producer.push(['1'])
    leaveLane(producer.lane)
    assert.equal(attach(SECOND).lane.index, 1)
    assert.deepEqual(states(), [LANE_LEFT, LANE_TAKEN])
  })

  it('is taken back where several were left: the one with lines', () => {
    const { attach, consumer } = open()
    const [one, other] = [attach(FIRST), attach(FIRST)]
    other.push(['1'])
    leaveLane(one.lane)
    leaveLane(other.lane)
    const again = attach(FIRST)
    assert.equal(again.lane.index, other.lane.index)
    again.push(['2'])
    assert.equal(drainAll(consumer).toString(), '1\n2\n')
  })

  it('is taken back with a claim in it, and its large line stays in order', () => {
    for (const copied of [false, true]) {
      const { attach, consumer, memory } = open({ copied })
      const producer = attach(FIRST)
      producer.push(['1', '2'])
      consumer.look()
      consumer.claim(2)
      producer.push([LARGE])
      leaveLane(producer.lane)
      attach(FIRST).push(['3'])
      assert.equal(takeClaim(consumer).toString(), '1\n')
      assert.equal(drainAll(consumer).toString(), `2\n${LARGE}\n3\n`)
      assert.deepEqual(totalsOf(memory), { enqueued: 4, written: 4, dropped: 0, waiting: 0, open: 0 })
    }
  })

  it('is not taken back by a new thread with the id of a dead one', () => {
    const { attach, consumer, living, isAlive, memory, states } = open()
    const { lane } = attach(FIRST)
    lane.addTo(L_ENQUEUED, 3) // it dies before it publishes them,
    lane.setPutting(true) // inside a call
    living.delete(FIRST)
    reapLanes(memory, isAlive)
    living.add(FIRST)
    assert.equal(attach(FIRST).lane.index, 1)
    consumer.look()
    assert.deepEqual(states(), [LANE_FREE, LANE_TAKEN])
    assert.equal(lane.words[L_PUTTING], 0)
    assert.deepEqual(totalsOf(memory), { enqueued: 3, written: 0, dropped: 3, waiting: 0, open: 0 })
  })
})

describe('a lane that the consumer sets free', () => {
  for (const [name, { leave, told, refused }] of Object.entries(LEFT_BEHIND)) {
    /** Lane 0, drained and left by the first thread; `interrupt` runs before step `step` of the consumer's look. */
    const lookInterrupted = (step, interrupt) => {
      const queue = open()
      const producer = queue.attach(FIRST)
      producer.push(['0'])
      drainAll(queue.consumer)
      leave(producer)
      leaveLane(producer.lane)
      const isInside = interruptedAt(
        queue.memory.buffer,
        step,
        () => queue.consumer.look(),
        () => interrupt(queue),
      )
      return { queue, isInside }
    }

    it(`may be taken back at every step: ${name} left behind`, () => {
      const lanes = new Set()
      for (let step = 0, isInside = true; isInside; step++) {
        let again
        const run = lookInterrupted(step, ({ attach }) => {
          again = attach(FIRST)
          again.push(['1'])
        })
        isInside = run.isInside
        if (!isInside) continue
        lanes.add(again.lane.index)
        assert.equal(again.lane.words[L_STATE], LANE_TAKEN, `taken back at step ${step}`)
        again.push(['2'])
        const output = drainAll(run.queue.consumer).toString()
        // Back before the gap was told of: to tell is its own part now (staging), as if it had never left.
        assert.ok(
          ['1\n2\n', `${told}1\n2\n`].includes(output) || output === `1\n2\n${told}`,
          `${output} at ${step}`,
        )
        assert.equal(totalsOf(run.queue.memory).open, 0, `taken back at step ${step}`)
      }
      assert.deepEqual(lanes, new Set([0, 1]), 'before the consumer decides, and after')
    })

    it(`may be taken back and left again at every step: ${name} left behind`, () => {
      for (let step = 0, isInside = true; isInside; step++) {
        const run = lookInterrupted(step, ({ attach }) => {
          const again = attach(FIRST)
          again.push(['1'])
          leaveLane(again.lane)
        })
        isInside = run.isInside
        if (!isInside) continue
        const { attach, consumer, memory, states } = run.queue
        attach(FIRST).push(['2'])
        const output = drainAll(consumer).toString()
        assert.match(output.replace(told, ''), /^1\n2\n$/, `at step ${step}`)
        const { open: unsettled, dropped } = totalsOf(memory)
        assert.deepEqual({ unsettled, dropped }, { unsettled: 0, dropped: refused }, `at step ${step}`)
        leaveLane(attach(FIRST).lane)
        consumer.look()
        assert.ok(states().includes(LANE_FREE))
      }
    })

    it(`is taken back or free wherever the consumer dies: ${name} left behind`, () => {
      for (let step = 0, isDead = true; isDead; step++) {
        const { attach, consumer, memory } = open()
        const producer = attach(FIRST)
        leave(producer)
        leaveLane(producer.lane)
        isDead = diesAt(memory.buffer, step, () => consumer.look())
        const next = new Consumer(memory)
        const before = drainAll(next).toString()
        attach(FIRST).push(['1'])
        assert.equal(before + drainAll(next).toString(), `${told}1\n`, `died at step ${step}`)
        assert.equal(totalsOf(memory).open, 0, `died at step ${step}`)
      }
    })
  }
})

describe('the marker of a gap that waits in a lane taken back', () => {
  const put = (producer, ...lines) => putBatch(producer, new TextBatch(lines), 'drop_oldest', () => false)

  it('counts all that were dropped there, before and after', () => {
    const { attach, consumer } = open({ copied: true, lines: 2 })
    for (const lines of [['1', '2', '3'], ['4'], ['5', '6']]) {
      const producer = attach(FIRST)
      for (const line of lines) put(producer, line)
      leaveLane(producer.lane)
    }
    assert.equal(drainAll(consumer).toString(), '4 dropped\n5\n6\n')
  })

  it('stands there as it was if nothing more is dropped', () => {
    const { attach, consumer } = open({ copied: true, lines: 2 })
    const producer = attach(FIRST)
    for (const line of ['1', '2', '3']) put(producer, line)
    leaveLane(producer.lane)
    attach(FIRST)
    assert.equal(drainAll(consumer).toString(), '1 dropped\n2\n3\n')
  })
})
