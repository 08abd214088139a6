// The numbers: counters to use alone, and those of a queue that other threads go on changing.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Metrics, WriterMetrics } from 'choose-l2'
import fc from 'fast-check'
import { L_BLOCKED_MS } from '../build/queue/layout.js'
import { QueueMetrics } from '../build/queue/queue-metrics.js'
import { createQueue, takeClaim } from './helpers/queue.js'

describe("counters of one's own", () => {
  it('begin with nothing', () => {
    const expected = { enqueued: 0, written: 0, dropped: 0, errors: 0, pending: 0 }
    assert.deepEqual(new WriterMetrics().getSnapshot(), expected)
    assert.ok(new WriterMetrics() instanceof Metrics)
  })

  it('count one unless told otherwise', () => {
    const metrics = new WriterMetrics()
    metrics.recordEnqueued()
    metrics.recordEnqueued(9)
    metrics.recordWritten()
    metrics.recordWritten(2)
    metrics.recordDropped()
    metrics.recordDropped(3)
    metrics.recordError()
    assert.deepEqual(metrics.getSnapshot(), { enqueued: 10, written: 3, dropped: 4, errors: 1, pending: 3 })
  })

  it('keep a snapshot as it was', () => {
    const metrics = new WriterMetrics()
    const snapshot = metrics.getSnapshot()
    metrics.recordEnqueued(5)
    assert.equal(snapshot.enqueued, 0)
    assert.equal(metrics.pending, 5)
  })
})

describe('numbers of a queue', () => {
  const open = (queue, staged = () => 0, errors = () => 0) =>
    new QueueMetrics({
      memory: queue.memory,
      notCrashSafeBecause: null,
      staged,
      errors,
      isReaderGone: () => false,
    })

  it('always obey the equation, whichever side counted last', () => {
    const step = fc.constantFrom('push', 'refuse', 'claim', 'write', 'drop')
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const queue = createQueue({ lanes: 2, lines: 4, copied: true })
        const metrics = open(queue)
        for (const [n, step] of steps.entries()) {
          const producer = queue.producers[n % 2]
          if (step === 'push') producer.push(['a', 'b'])
          if (step === 'refuse') producer.refuse(1)
          if (step === 'drop') producer.dropOldest(3, 10)
          if (step === 'claim' && !queue.consumer.hasClaim && queue.consumer.look().lines > 0) {
            queue.consumer.claim(2)
          }
          if (step === 'write' && queue.consumer.hasClaim) takeClaim(queue.consumer)
          const { enqueued, written, dropped, pending } = metrics.getSnapshot()
          assert.equal(enqueued, written + dropped + pending)
        }
      }),
    )
  })

  it('count what is staged as enqueued and pending', () => {
    let staged = 0
    const metrics = open(createQueue({}), () => staged)
    staged = 7
    assert.equal(metrics.enqueued, 7)
    assert.equal(metrics.pending, 7)
  })

  it('are new when the same one is read again', () => {
    const queue = createQueue({})
    const metrics = open(queue)
    queue.producers[0].push(['a'])
    assert.equal(metrics.written, 0)
    queue.consumer.look()
    queue.consumer.claim(100)
    takeClaim(queue.consumer)
    assert.equal(metrics.written, 1)
    assert.equal(metrics.pending, 0)
  })

  it('tell bytes, errors and the time spent waiting', () => {
    const queue = createQueue({ lanes: 2 })
    const metrics = open(
      queue,
      () => 0,
      () => 3,
    )
    queue.producers[0].push(['ä'])
    queue.producers[1].push(['x'.repeat(2000)])
    while (queue.consumer.look().lines > 0) {
      queue.consumer.claim(10_000)
      takeClaim(queue.consumer)
    }
    queue.laneAt(0).addTo(L_BLOCKED_MS, 1.5)
    queue.laneAt(1).addTo(L_BLOCKED_MS, 2)
    const { bytesWritten, errors, blockedMs } = metrics.getSnapshot()
    assert.deepEqual(
      { bytesWritten, errors, blockedMs },
      { bytesWritten: 3 + 2001, errors: 3, blockedMs: 3.5 },
    )
    assert.deepEqual([metrics.bytesWritten, metrics.errors, metrics.blockedMs], [2004, 3, 3.5])
  })
})
