// Accounts and places that have to survive threads that leave, die, or are dropped from at the wrong moment.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { Worker } from 'node:worker_threads'
import { Q } from 'choose-l2'
import { ChunkBatch, TextBatch } from '../../build/queue/batch.js'
import { Consumer } from '../../build/queue/consumer.js'
import { leaveLane } from '../../build/queue/lanes.js'
import { L_STATE, LANE_FREE, LANE_TAKEN } from '../../build/queue/layout.js'
import { Overflow } from '../../build/queue/overflow.js'
import { putBatch } from '../../build/queue/policies.js'
import { Producer } from '../../build/queue/producer.js'
import { asLine, createQueue, drainAll, takeClaim, totalsOf } from '../helpers/queue.js'
import { Death, hookSteps } from '../helpers/steps.js'

const large = (letter) => letter.repeat(100)

describe('a lane whose thread has left', () => {
  for (const { name, options, line } of [
    { name: 'copied lines', options: { copied: true }, line: 'x' },
    { name: 'a line larger than the ring', options: {}, line: large('x') },
  ]) {
    it(`is set free only when its claim is written: ${name}`, () => {
      const { memory, producers, consumer, laneAt } = createQueue({ bytes: 64, ...options })
      producers[0].push([line])
      leaveLane(laneAt(0))
      consumer.look()
      consumer.claim(1000)
      consumer.look() // the next turn of the drain loop, after a failed or short write
      takeClaim(consumer)
      consumer.look()
      assert.equal(laneAt(0).words[L_STATE], LANE_FREE)
      assert.deepEqual(totalsOf(memory), { enqueued: 1, written: 1, dropped: 0, waiting: 0, open: 0 })
    })
  }

  it('leaves no large line behind that it never published', () => {
    const { memory, consumer, laneAt, producers } = createQueue({ bytes: 64 })
    // The thread dies between the store of the line and the store of TAIL.
    new Overflow(memory).store(0, laneAt(0).tail(), large('x'), 100)
    leaveLane(laneAt(0))
    consumer.look()
    laneAt(0).words[L_STATE] = LANE_TAKEN // another thread takes the lane
    const next = new Producer(memory, laneAt(0))
    assert.equal(next.push(['mine']), 1)
    assert.equal(drainAll(consumer).toString(), 'mine\n')
    assert.equal(producers[0].fits(101), true)
  })
})

describe('the place of the large line', () => {
  it('is not taken from a thread that fills it by the end of another one', () => {
    const queue = createQueue({ bytes: 64, lanes: 2 })
    const { memory, consumer, producers, laneAt } = queue
    producers[0].push([large('a')])
    drainAll(consumer) // the place is free; lane 0 had it last
    leaveLane(laneAt(0))
    let step = 0
    // Lane 1 has begun to fill the place; before its next step the consumer sets lane 0 free.
    const unhook = hookSteps(memory.buffer, (name) => {
      if (name === 'compareExchange') step = 1
      else if (step === 1) {
        step = 2
        consumer.look()
      }
    })
    assert.equal(producers[1].push([large('b')]), 1)
    unhook()
    assert.equal(step, 2)
    assert.equal(drainAll(consumer).toString(), `${large('b')}\n`)
  })
})

describe('a consumer that dies while the oldest lines are dropped', () => {
  it('leaves no claim on lines that a producer has dropped', () => {
    let moments = 0
    for (let at = 0, isDead = true; isDead; at++) {
      const { memory, producers, consumer } = createQueue({ lines: 2, bytes: 64, copied: true })
      const put = (...lines) => putBatch(producers[0], new TextBatch(lines), 'drop_oldest', () => false)
      put('a', 'b')
      let step = 0
      isDead = false
      const unhook = hookSteps(memory.buffer, () => {
        if (step++ < at) return
        throw new Death()
      })
      try {
        consumer.look()
        consumer.claim(1000)
      } catch (error) {
        if (!(error instanceof Death)) throw error
        isDead = true
      } finally {
        unhook()
      }
      put('c', 'd') // nobody drains: a and b go, unless they were claimed
      const output = drainAll(new Consumer(memory)).toString()
      const { dropped, written, open } = totalsOf(memory)
      const isClaimed = output.startsWith('a\nb\n')
      assert.equal(output, isClaimed ? 'a\nb\nc\nd\n' : 'c\nd\n', `died at step ${at}`)
      assert.deepEqual(
        { dropped, written, open },
        isClaimed ? { dropped: 0, written: 4, open: 0 } : { dropped: 2, written: 2, open: 0 },
        `died at step ${at}`,
      )
      moments++
    }
    assert.ok(moments > 10)
  })
})

describe('a batch with a large line in its middle', () => {
  for (const policy of ['drop_newest', 'warn']) {
    it(`is accepted under ${policy} where there is room`, () => {
      const { producers, consumer } = createQueue({ bytes: 64 })
      const lines = ['before', large('x'), 'after']
      let end = 0
      const ends = lines.map((line) => (end += line.length + 1))
      const chunk = new ChunkBatch(Buffer.concat(lines.map(asLine)), ends)
      assert.equal(
        putBatch(producers[0], chunk, policy, () => false),
        0,
      )
      assert.equal(drainAll(consumer).toString(), `before\n${large('x')}\nafter\n`)
    })
  }
})

describe('a large line that cannot be taken', () => {
  it('drops no other line in vain', () => {
    const { memory, producers, consumer } = createQueue({ lines: 2, bytes: 64, lanes: 2, copied: true })
    producers[1].push([large('x')])
    producers[0].push(['a', 'b'])
    const put = (line) => putBatch(producers[0], new TextBatch([line]), 'drop_oldest', () => false)
    assert.equal(put(large('y')), 1)
    assert.equal(totalsOf(memory).dropped, 1, 'the refused line alone')
    assert.equal(drainAll(consumer).toString().split('\n').length - 1, 3)
  })
})

it('a queue of its own takes lines of threads without end, one after the other', async () => {
  const q = new Q(0, { lanes: 1 })
  const putting = new URL('../programs/putting-thread.js', import.meta.url)
  for (const name of ['a', 'b']) {
    const workerData = { handle: q.handle, name, count: 1, policy: 'block' }
    await once(new Worker(putting, { workerData }), 'exit')
    assert.equal(q.get(), `${name} 0`)
  }
})
