// The four policies against their meaning in plain words, one line after the other.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { BytesLine, ChunkBatch, TextBatch } from '../../build/queue/batch.js'
import { L_DROPPED, L_ENQUEUED } from '../../build/queue/layout.js'
import { putBatch } from '../../build/queue/policies.js'
import { anyStart } from '../helpers/lines.js'
import { asLine, createQueue, drainAll, takeClaim, totalsOf } from '../helpers/queue.js'

/** A queue that drops, refuses or waits for one line at a time. */
class SlowQueue {
  waiting = []
  dropped = 0

  constructor(lineLimit, byteLimit) {
    this.lineLimit = lineLimit
    this.byteLimit = byteLimit
  }

  fits(line) {
    const bytes = this.waiting.reduce((sum, each) => sum + each.length, 0)
    return this.waiting.length < this.lineLimit && bytes + line.length <= this.byteLimit
  }

  dropOldest(lines) {
    for (const line of lines) {
      while (!this.fits(line)) {
        this.waiting.shift()
        this.dropped++
      }
      this.waiting.push(line)
    }
    return 0
  }

  /** The first line that finds no room ends the batch, so that what is accepted has no gap. */
  dropNewest(lines) {
    const at = lines.findIndex((line) => !this.fits(line) || !this.waiting.push(line))
    const refused = at === -1 ? 0 : lines.length - at
    this.dropped += refused
    return refused
  }

  take(count) {
    return this.waiting.splice(0, count)
  }
}

// ASCII, so that a chunk's lines and a text's lines are the same; at most 20 bytes with the '\n'.
const line = fc.string({ unit: 'grapheme-ascii', maxLength: 19 })
const batch = fc.record({
  lines: fc.array(line, { minLength: 1, maxLength: 8 }),
  form: fc.constantFrom('text', 'bytes', 'chunk'),
})
const work = fc.array(fc.oneof({ weight: 3, arbitrary: batch }, fc.record({ take: fc.nat({ max: 4 }) })), {
  maxLength: 30,
})
const size = fc.record({
  lines: fc.constantFrom(0, 1, 2, 5, 100),
  bytes: fc.constantFrom(20, 21, 40, 64, 200),
})

function batchesOf({ lines, form }) {
  if (form === 'text') return [new TextBatch(lines)]
  if (form === 'bytes') return lines.map((each) => new BytesLine(Buffer.from(each)))
  let end = 0
  const ends = lines.map((each) => (end += each.length + 1))
  return [new ChunkBatch(Buffer.concat(lines.map(asLine)), ends)]
}

function linesOf({ lines, form }) {
  const all = lines.map(asLine)
  return form === 'bytes' ? all.map((each) => [each]) : [all]
}

function compare(policy, isCopied, model, waitForRoom = () => () => false) {
  fc.assert(
    fc.property(size, anyStart, anyStart, work, (size, at, atByte, work) => {
      const queue = createQueue({ ...size, copied: isCopied, at, atByte })
      const [producer] = queue.producers
      const { lineLimit, byteLimit } = queue.memory.geometry
      const slow = new SlowQueue(lineLimit, byteLimit)
      for (const step of work) {
        if (step.take !== undefined) {
          const taken = []
          queue.consumer.look()
          for (let n = 0; n < step.take && queue.consumer.claim(1000, undefined, 1); n++) {
            taken.push(takeClaim(queue.consumer))
          }
          assert.deepEqual(taken, slow.take(step.take))
          continue
        }
        const lines = linesOf(step)
        const refused = batchesOf(step).map((each) =>
          putBatch(producer, each, policy, waitForRoom(queue, slow)),
        )
        assert.deepEqual(
          refused,
          lines.map((each) => model(slow, each)),
          'refused',
        )
        const { dropped, waiting, open } = totalsOf(queue.memory)
        const expected = { dropped: slow.dropped, waiting: slow.waiting.length, open: slow.waiting.length }
        assert.deepEqual({ dropped, waiting, open }, expected)
      }
      assert.deepEqual(drainAll(queue.consumer), Buffer.concat(slow.waiting))
    }),
    { numRuns: 1000 },
  )
}

describe('putting a batch', () => {
  it('under drop_oldest gives up the oldest lines, no more than needed', () =>
    compare('drop_oldest', true, (slow, lines) => slow.dropOldest(lines)))

  for (const policy of ['drop_newest', 'warn']) {
    it(`under ${policy} refuses what finds no room`, () =>
      compare(policy, false, (slow, lines) => slow.dropNewest(lines)))
  }

  it('under block without hope of room refuses the rest', () =>
    compare('block', false, (slow, lines) => slow.dropNewest(lines)))

  it('under block waits for room of exactly the next line, and loses nothing', () => {
    fc.assert(
      fc.property(size, fc.array(batch, { maxLength: 10 }), (size, work) => {
        const queue = createQueue(size)
        const [producer] = queue.producers
        const output = []
        const waitForRoom = (bytes) => {
          assert.ok(!producer.fits(bytes), 'waits although there is room')
          queue.consumer.look()
          while (!producer.fits(bytes)) {
            assert.ok(queue.consumer.claim(1000, undefined, 1), 'waits for more than an empty queue')
            output.push(takeClaim(queue.consumer))
          }
          return true
        }
        for (const step of work) {
          for (const each of batchesOf(step)) assert.equal(putBatch(producer, each, 'block', waitForRoom), 0)
        }
        output.push(drainAll(queue.consumer))
        assert.deepEqual(Buffer.concat(output), Buffer.concat(work.flatMap(({ lines }) => lines.map(asLine))))
        assert.equal(producer.lane.total(L_DROPPED), 0)
      }),
      { numRuns: 500 },
    )
  })

  it('under drop_oldest never drops what is being written', () => {
    const queue = createQueue({ lines: 2, bytes: 64, copied: true })
    const [producer] = queue.producers
    const put = (...lines) => putBatch(producer, new TextBatch(lines), 'drop_oldest', () => false)
    put('a', 'b')
    queue.consumer.look()
    queue.consumer.claim(1000)
    for (let n = 0; n < 100; n++) assert.equal(put(`later ${n}`), 0)
    assert.equal(takeClaim(queue.consumer).toString(), 'a\nb\n')
    assert.equal(drainAll(queue.consumer).toString(), 'later 98\nlater 99\n')
    assert.deepEqual(totalsOf(queue.memory), { enqueued: 102, written: 4, dropped: 98, waiting: 0, open: 0 })
  })

  it('under drop_oldest a line larger than the ring replaces the one that waits', () => {
    const queue = createQueue({ bytes: 64, copied: true })
    const [producer] = queue.producers
    const put = (line) => putBatch(producer, new TextBatch([line]), 'drop_oldest', () => false)
    const large = (letter) => letter.repeat(100)
    for (const each of ['a', large('b'), 'c', large('d'), 'e']) assert.equal(put(each), 0)
    assert.equal(producer.lane.total(L_DROPPED), 2, 'a and b, the oldest')
    assert.equal(drainAll(queue.consumer).toString(), `c\n${large('d')}\ne\n`)
  })

  it('under drop_oldest a line larger than the ring is refused while another one is being written', () => {
    const queue = createQueue({ bytes: 64, copied: true })
    const [producer] = queue.producers
    const put = (line) => putBatch(producer, new TextBatch([line]), 'drop_oldest', () => false)
    put('x'.repeat(100))
    queue.consumer.look()
    queue.consumer.claim(1)
    assert.equal(put('y'.repeat(100)), 1)
    assert.equal(put('short'), 0)
    assert.equal(drainAll(queue.consumer).toString(), `${'x'.repeat(100)}\nshort\n`)
    assert.equal(producer.lane.total(L_ENQUEUED), 3)
    assert.equal(totalsOf(queue.memory).open, 0)
  })
})
