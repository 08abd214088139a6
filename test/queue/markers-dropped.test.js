// Under drop_oldest a line that carries a marker may be dropped itself. The marker of those dropped lines then counts what
// that marker said, at the same place of the log.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Consumer } from '../../build/queue/consumer.js'
import { createQueue, drainAll, takeClaim, totalsOf } from '../helpers/queue.js'
import { diesAt } from '../helpers/steps.js'

/** Two lines were refused, the next one carries their marker, and it waits with `after` more. */
function carrying(...after) {
  const queue = createQueue({ lines: 3, bytes: 64, copied: true, marker: '{lines} dropped' })
  const [producer] = queue.producers
  producer.push(['0'])
  drainAll(queue.consumer)
  producer.refuse(2)
  producer.gap.announce()
  producer.push(['2 dropped\n1'])
  producer.push(after)
  return { ...queue, producer }
}

test('a marker that is dropped is counted where its line was dropped', () => {
  const { consumer, producer } = carrying('2')
  producer.dropOldest(3, 10)
  producer.push(['3', '4', '5'])
  assert.equal(drainAll(consumer).toString(), '4 dropped\n3\n4\n5\n')
  producer.push(['6'])
  assert.equal(drainAll(consumer).toString(), '6\n')
})

test('a marker whose line stays is shown by it alone', () => {
  const { consumer } = carrying('2')
  assert.equal(drainAll(consumer).toString(), '2 dropped\n1\n2\n')
})

test('a marker that is dropped while another is written is counted by the next', () => {
  const { consumer, producer, memory } = carrying('2')
  producer.dropOldest(2, 10) // '0' was written: '1' with its marker goes
  consumer.look()
  consumer.claim(1000) // 3 dropped
  producer.refuse(1)
  producer.gap.announce()
  producer.push(['1 dropped\n3'])
  producer.dropOldest(3, 10)
  producer.push(['4'])
  assert.match(takeClaim(consumer).toString() + drainAll(consumer).toString(), /^3 dropped\n3 dropped\n4\n$/)
  assert.equal(totalsOf(memory).open, 0)
})

test('it is counted once wherever the consumer dies', () => {
  for (let step = 0, hasDied = true; hasDied; step++) {
    const { consumer, producer, memory } = carrying('2')
    producer.dropOldest(3, 10)
    producer.push(['3'])
    let output = ''
    hasDied = diesAt(memory.buffer, step, () => {
      consumer.look()
      while (consumer.claim(1000)) {
        const bytes = Buffer.concat(consumer.ranges())
        output += bytes.toString()
        consumer.advance(bytes.length)
      }
    })
    const next = new Consumer(memory)
    if (next.resume()) output += takeClaim(next).toString()
    output += drainAll(next).toString()
    // What was taken when the consumer died is not noted, so it may be written again: a sink finds out.
    assert.match(output, /^(4 dropped\n){1,2}(3\n){1,2}$/, `died at step ${step}`)
  }
})
