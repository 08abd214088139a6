// A consumer dies at any step of its work; its successor loses no line, repeats none and counts each once.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { resumeClaim } from '../../build/recovery/resume-claim.js'
import { TextBatch } from '../../build/queue/batch.js'
import { Consumer } from '../../build/queue/consumer.js'
import { putBatch } from '../../build/queue/policies.js'
import { Producer } from '../../build/queue/producer.js'
import { MemorySink } from '../helpers/memory-sink.js'
import { createQueue, totalsOf } from '../helpers/queue.js'
import { diesAt } from '../helpers/steps.js'

/** As the drain loop does it: take over, then write until nothing waits. */
function drain(consumer, sink, maxBytes) {
  resumeClaim(consumer, sink)
  while (consumer.hasClaim || consumer.look().lines > 0) {
    while (consumer.hasClaim || consumer.claim(maxBytes, () => sink.position)) {
      consumer.advance(sink.write(consumer.ranges()))
    }
  }
}

/** Every step at which the first consumer can die, and for each every step at which its successor can. */
function everyDeath({ copied, lines, most, twice = false }) {
  let deaths = 0
  for (let first = 0, isOver = false; !isOver; first++) {
    for (let second = 0, isOverToo = false; !isOverToo; second++) {
      const queue = createQueue({ lines: 6, bytes: 64, copied, at: -2, atByte: -20 })
      const sink = new MemorySink()
      sink.most = most
      for (const line of lines) assert.equal(queue.producers[0].push([line]), 1)
      const { memory } = queue
      isOver = !diesAt(memory.buffer, first, () => drain(queue.consumer, sink, 20))
      isOverToo = !twice || !diesAt(memory.buffer, second, () => drain(new Consumer(memory), sink, 20))
      drain(new Consumer(memory), sink, 20)
      const where = `died at step ${first}${twice ? ` and ${second}` : ''}`
      const { open, waiting, written } = totalsOf(memory)
      assert.deepEqual(sink.lines, lines, where)
      assert.deepEqual({ open, waiting, written }, { open: 0, waiting: 0, written: lines.length }, where)
      deaths++
    }
  }
  return deaths
}

/** As everyDeath, of a line larger than the ring with the marker of a gap right before it. */
function everyDeathAtMarkedLine(most) {
  const large = 'x'.repeat(100)
  for (let step = 0; ; step++) {
    const { memory, consumer, laneAt } = createQueue({
      marker: '{lines} dropped',
      lines: 1,
      bytes: 64,
      copied: true,
      at: -2,
      atByte: -20,
    })
    const producer = new Producer(memory, laneAt(0))
    for (const line of ['first', 'second', large]) {
      putBatch(producer, new TextBatch([line]), 'drop_oldest', () => false)
    }
    const sink = new MemorySink()
    sink.most = most
    const hasDied = diesAt(memory.buffer, step, () => drain(consumer, sink, 20))
    drain(new Consumer(memory), sink, 20)
    assert.deepEqual(sink.lines, ['2 dropped', large], `died at step ${step}`)
    const { open, written } = totalsOf(memory)
    assert.deepEqual({ open, written }, { open: 0, written: 1 }, `died at step ${step}`)
    if (!hasDied) return step
  }
}

const small = ['first', 'second', 'third', 'fourth']
const withLarge = ['first', 'x'.repeat(100), 'third']

for (const copied of [false, true]) {
  describe(copied ? 'claims that were copied' : 'claims in the ring', () => {
    for (const { name, lines } of [
      { name: 'lines', lines: small },
      { name: 'a line larger than the ring', lines: withLarge },
    ]) {
      for (const most of [Infinity, 3]) {
        const writes = most === 3 ? 'after short writes' : 'after whole writes'
        it(`go on with ${name} ${writes}, wherever the consumer died`, () => {
          assert.ok(everyDeath({ copied, lines, most }) > 50)
        })
      }
      it(`go on with ${name} wherever the consumer died, and the one that took over too`, () => {
        assert.ok(everyDeath({ copied, lines: lines.slice(0, 2), most: Infinity, twice: true }) > 1000)
      })
    }
  })
}

for (const most of [Infinity, 3]) {
  it(`a marker and the large line behind it stay together, at most ${most} bytes a write`, () => {
    assert.ok(everyDeathAtMarkedLine(most) > 50)
  })
}
