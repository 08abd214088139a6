// What the sink has taken of a claim counts line by line, not claim by claim: also on a disk that then fails for good.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Consumer } from '../../build/queue/consumer.js'
import { L_WRITTEN, L_WRITTEN_BYTES } from '../../build/queue/layout.js'
import { Producer } from '../../build/queue/producer.js'
import { createQueue } from '../helpers/queue.js'
import { diesAt } from '../helpers/steps.js'

const LINES = ['one', 'line two\nwith a second row', 'x', 'four']
const ENDS = LINES.map((_, n) => LINES.slice(0, n + 1).join('\n').length + 1)
const BYTES = ENDS.at(-1)

function claimed(copied, lines = LINES) {
  const queue = createQueue({ lines: 8, bytes: 64, copied, at: -2, atByte: -20 })
  for (const line of lines) assert.equal(queue.producers[0].push([line]), 1)
  queue.consumer.look()
  assert.equal(queue.consumer.claim(1000), true)
  return { ...queue, lane: queue.laneAt(0) }
}

const wholeIn = (bytes) => ENDS.filter((end) => end <= bytes).length

for (const copied of [false, true]) {
  describe(copied ? 'a copied claim' : 'a claim in the ring', () => {
    it('that is cut anywhere counts the lines that are whole', () => {
      for (let cut = 1; cut <= BYTES; cut++) {
        const { consumer, lane } = claimed(copied)
        assert.equal(consumer.advance(cut), wholeIn(cut))
        assert.equal(lane.total(L_WRITTEN), wholeIn(cut), `after ${cut} bytes`)
        assert.equal(lane.total(L_WRITTEN_BYTES), cut)
      }
    })

    it('written byte by byte counts each line once, at its last byte', () => {
      const { consumer, lane } = claimed(copied)
      for (let done = 1; done <= BYTES; done++) {
        const isEnd = ENDS.includes(done)
        assert.equal(consumer.advance(1), isEnd ? 1 : 0, `byte ${done}`)
        assert.equal(lane.total(L_WRITTEN), wholeIn(done))
      }
      assert.equal(consumer.hasClaim, false)
    })

    it('that a dead consumer left is counted by its successor, once', () => {
      for (let cut = 1; cut <= BYTES; cut++) {
        for (let step = 0, hasDied = true; hasDied; step++) {
          const { memory, consumer, lane } = claimed(copied)
          hasDied = diesAt(memory.buffer, step, () => consumer.advance(cut))
          const successor = new Consumer(memory)
          successor.resume()
          const { done } = successor.current
          assert.ok(done === cut || (hasDied && done === 0), `it died at step ${step} of ${cut} bytes`)
          assert.equal(lane.total(L_WRITTEN), wholeIn(done))
          assert.equal(lane.total(L_WRITTEN_BYTES), done)
        }
      }
    })

    it('that has to be restarted begins with the line that was interrupted', () => {
      for (let cut = 1; cut < BYTES; cut++) {
        const { consumer, lane } = claimed(copied)
        consumer.advance(cut)
        consumer.restartLine(1000)
        const start = ENDS[wholeIn(cut) - 1] ?? 0
        assert.equal(consumer.current.done, start)
        assert.equal(consumer.current.position, 1000)
        assert.equal(Buffer.concat(consumer.ranges()).length, BYTES - start)
        consumer.advance(BYTES - start)
        assert.equal(lane.total(L_WRITTEN), LINES.length)
        assert.equal(lane.total(L_WRITTEN_BYTES), BYTES)
      }
    })
  })
}

it('the room of lines that are whole is free while the rest of their claim waits', () => {
  const { memory, consumer, lane } = claimed(false)
  const producer = new Producer(memory, lane)
  assert.equal(lane.waitingLines(), 4)
  consumer.advance(ENDS[1] + 1)
  assert.equal(lane.waitingLines(), 2)
  const more = Array.from({ length: 6 }, (_, n) => `more ${n}`)
  assert.equal(producer.push(more), 6, 'they overwrite the ends of the lines that were written')
  const rest = Buffer.concat(consumer.ranges()).toString()
  assert.equal(rest, `${LINES.join('\n')}\n`.slice(ENDS[1] + 1))
  assert.equal(consumer.advance(rest.length), 2)
  assert.equal(lane.total(L_WRITTEN), 4)
})
