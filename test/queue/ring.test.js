// Producers and consumer against a model of plain arrays: every line whole and in order, every number exact.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { L_DROPPED, L_ENQUEUED, L_WRITTEN } from '../../build/queue/layout.js'
import { anyLine, anySize, anyStart } from '../helpers/lines.js'
import { asLine, createQueue, totalsOf } from '../helpers/queue.js'
import { ModelQueue } from '../helpers/ring-model.js'

const LANES = 2
const lane = fc.nat({ max: LANES - 1 })
const fraction = fc.double({ min: 0, max: 1, noNaN: true })

const steps = {
  text: fc.record({
    do: fc.constant('text'),
    lane,
    lines: fc.array(anyLine, { minLength: 1, maxLength: 5 }),
  }),
  bytes: fc.record({ do: fc.constant('bytes'), lane, line: anyLine }),
  chunk: fc.record({
    do: fc.constant('chunk'),
    lane,
    lines: fc.array(anyLine, { minLength: 1, maxLength: 5 }),
  }),
  look: fc.record({ do: fc.constant('look') }),
  claim: fc.record({
    do: fc.constant('claim'),
    maxBytes: fc.constantFrom(1, 5, 20, 64, 1000),
    maxLines: fc.constantFrom(1, 2, 1000),
  }),
  advance: fc.record({ do: fc.constant('advance'), fraction }),
  finish: fc.record({ do: fc.constant('advance'), fraction: fc.constant(1) }),
  refuse: fc.record({ do: fc.constant('refuse'), lane, lines: fc.integer({ min: 1, max: 3 }) }),
}
const dropOldest = fc.record({
  do: fc.constant('drop'),
  lane,
  lines: fc.integer({ min: 1, max: 4 }),
  line: anyLine,
})

const inPlace = fc.array(fc.oneof(...Object.values(steps)), { maxLength: 60 })
const copied = fc.array(fc.oneof(...Object.values(steps), dropOldest), { maxLength: 60 })

/** The real queue and the model, going the same way step by step. */
class Comparison {
  constructor(size, at, atByte, copied) {
    this.queue = createQueue({ ...size, lanes: LANES, copied, at, atByte })
    this.model = new ModelQueue(this.queue.memory.geometry)
    this.byteLimit = this.queue.memory.geometry.byteLimit
  }

  text({ lane, lines }) {
    const contents = lines.map((line) => line(this.byteLimit))
    const count = this.queue.producers[lane].push(contents)
    this.#put(lane, contents, count)
  }

  bytes({ lane, line }) {
    const content = Buffer.from(line(this.byteLimit))
    const count = this.queue.producers[lane].pushBytes(content) ? 1 : 0
    this.#put(lane, [content], count)
  }

  chunk({ lane, lines }) {
    const contents = lines.map((line) => Buffer.from(line(this.byteLimit).replaceAll('\n', ' ')))
    let end = 0
    const ends = contents.map((content) => (end += content.length + 1))
    const count = this.queue.producers[lane].pushLines(Buffer.concat(contents.map(asLine)), ends, 0)
    this.#put(lane, contents, count)
    if (count === 0 || count === ends.length) return
    const more = this.queue.producers[lane].pushLines(Buffer.concat(contents.map(asLine)), ends, count)
    this.#put(lane, contents.slice(count), more)
  }

  #put(lane, contents, count) {
    const modelLane = this.model.lanes[lane]
    assert.equal(count, this.model.fitting(modelLane, contents), 'how many lines fit')
    this.model.put(modelLane, contents.slice(0, count))
  }

  refuse({ lane, lines }) {
    this.queue.producers[lane].refuse(lines)
    this.model.refuse(this.model.lanes[lane], lines)
  }

  drop({ lane, lines, line }) {
    const bytes = asLine(line(this.byteLimit)).length
    const wanted = bytes > this.byteLimit ? 1 : Math.min(lines, this.queue.memory.geometry.lineLimit)
    const modelLane = this.model.lanes[lane]
    const drops = this.model.dropsFor(modelLane, wanted, bytes)
    assert.equal(this.queue.producers[lane].dropOldest(wanted, bytes), drops, 'how many lines are dropped')
    this.model.drop(modelLane, drops)
  }

  look() {
    const { lines, lanes } = this.queue.consumer.look()
    const held = this.model.lanes.map((lane) => this.model.lines(lane))
    assert.equal(lines, held[0] + held[1], 'lines seen')
    assert.equal(lanes, held.filter((lines) => lines > 0).length, 'lanes with lines')
    this.model.look()
  }

  claim({ maxBytes, maxLines }) {
    const { consumer } = this.queue
    if (this.model.claim !== null) return
    const isThere = this.model.lanes.some((lane) => lane.seen > 0)
    assert.equal(consumer.claim(maxBytes, undefined, maxLines), isThere)
    if (isThere) this.model.startClaim(this.model.lanes[consumer.current.lane], maxBytes, maxLines)
  }

  advance({ fraction }) {
    const { consumer } = this.queue
    const { claim } = this.model
    assert.equal(consumer.hasClaim, claim !== null)
    if (claim === null) return
    const left = Buffer.concat(consumer.ranges())
    assert.deepEqual(left, claim.bytes.subarray(claim.done), 'bytes of the claim')
    const bytes = Math.ceil(left.length * fraction)
    assert.equal(consumer.advance(bytes), this.model.advance(bytes), 'lines that became whole')
  }

  check() {
    this.model.lanes.forEach((modelLane, index) => {
      const lane = this.queue.laneAt(index)
      assert.equal(lane.total(L_ENQUEUED), modelLane.enqueued, 'enqueued')
      assert.equal(lane.total(L_WRITTEN), modelLane.written, 'written')
      assert.equal(lane.total(L_DROPPED), modelLane.dropped, 'dropped')
      assert.equal(lane.waitingLines(), this.model.lines(modelLane), 'waiting')
    })
  }

  finish() {
    this.advance({ fraction: 1 })
    this.look()
    while (this.model.lanes.some((lane) => lane.waiting.length > 0)) {
      this.claim({ maxBytes: 64, maxLines: 3 })
      this.advance({ fraction: 1 })
    }
    const { open, waiting } = totalsOf(this.queue.memory)
    assert.deepEqual({ open, waiting }, { open: 0, waiting: 0 })
  }
}

function runs(operations, isCopied) {
  fc.assert(
    fc.property(anySize, anyStart, anyStart, operations, (size, at, atByte, operations) => {
      const comparison = new Comparison(size, at, atByte, isCopied)
      for (const operation of operations) {
        comparison[operation.do](operation)
        comparison.check()
      }
      comparison.finish()
    }),
    { numRuns: 1500 },
  )
}

describe('a queue does what a list of lines would do', () => {
  it('when the consumer writes from the ring', () => runs(inPlace, false))
  it('when claims are copied and the oldest lines may be dropped', () => runs(copied, true))
})
