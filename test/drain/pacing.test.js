// When what waits is written, and how long the thread rests: every mode and writer, on an explicit clock.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { Pacing } from '../../build/drain/pacing.js'

const NEVER = 0x7fffffff
const NOTHING = { lines: 0, bytes: 0, lanes: 0 }
const ONE = { lines: 1, bytes: 10, lanes: 1 }
const waiting = (lines, bytes = lines, lanes = 1) => ({ lines, bytes, lanes })

function pacing(settings = {}, now = 0) {
  return new Pacing(
    {
      writerType: 'block',
      mode: 'trigger',
      batchLines: 100,
      flushIntervalMs: 100,
      lineLimit: 10_000,
      byteLimit: 4 * 1024 * 1024,
      ...settings,
    },
    now,
  )
}

const writerTypes = ['line', 'block', 'mmap']

for (const mode of ['trigger', 'loop', 'manual']) {
  for (const writerType of writerTypes) {
    it(`nothing waits: nothing is due (${mode}, ${writerType})`, () => {
      const pace = pacing({ mode, writerType })
      for (const now of [0, 1, 99, 100, 1e6]) assert.equal(pace.isDue(NOTHING, now), false)
    })
  }
}

describe('trigger', () => {
  for (const writerType of ['line', 'mmap']) {
    it(`the ${writerType} writer writes what it sees`, () => {
      assert.equal(pacing({ writerType }).isDue(ONE, 0), true)
    })
  }

  it('the block writer waits for a batch of lines, a block of bytes, or the age of its oldest line', () => {
    assert.equal(pacing().isDue(waiting(99), 0), false)
    assert.equal(pacing().isDue(waiting(100), 0), true)
    assert.equal(pacing().isDue(waiting(1, 64 * 1024 - 1), 0), false)
    assert.equal(pacing().isDue(waiting(1, 64 * 1024), 0), true)
    const pace = pacing()
    assert.equal(pace.isDue(ONE, 50), false)
    assert.equal(pace.isDue(waiting(2), 149), false)
    assert.equal(pace.isDue(waiting(2), 150), true)
  })

  it('counts the age from the first line after a write', () => {
    const pace = pacing()
    pace.isDue(ONE, 0)
    pace.wrote()
    assert.equal(pace.isDue(ONE, 120), false)
    assert.equal(pace.isDue(ONE, 219), false)
    assert.equal(pace.isDue(ONE, 220), true)
  })

  it('with nothing to do the thread sleeps until the first line', () => {
    for (const writerType of writerTypes) {
      const pace = pacing({ writerType })
      pace.isDue(NOTHING, 0)
      const { ms, lines, bytes } = pace.rest(NOTHING, 0)
      assert.ok(ms >= 1000)
      assert.deepEqual({ lines, bytes }, { lines: 1, bytes: 1 })
    }
  })

  it('while a block gathers the thread sleeps until it is due, or full', () => {
    const pace = pacing()
    pace.isDue(ONE, 10)
    assert.deepEqual(pace.rest(ONE, 30), { ms: 80, lines: 100, bytes: 64 * 1024 })
  })

  it('where several lanes gather, the thread counts itself', () => {
    const pace = pacing()
    pace.isDue(waiting(10, 100, 2), 0)
    assert.ok(pace.rest(waiting(10, 100, 2), 0).ms <= 1)
  })

  it('after a write the thread pauses shortly, and less than half a queue wakes nobody', () => {
    const pauses = ['block', 'line'].map((writerType) => {
      const pace = pacing({ writerType })
      pace.isDue(waiting(100), 0)
      pace.wrote()
      return pace.rest(waiting(100), 0)
    })
    assert.ok(pauses.every(({ ms }) => ms > 0 && ms <= 1))
    for (const { lines, bytes } of pauses)
      assert.deepEqual({ lines, bytes }, { lines: 5000, bytes: 2 * 1024 * 1024 })
  })

  it('after a pause in which nothing came the thread sleeps', () => {
    const pace = pacing()
    pace.isDue(waiting(100), 0)
    pace.wrote()
    pace.rest(waiting(100), 0)
    pace.isDue(NOTHING, 1)
    assert.ok(pace.rest(NOTHING, 1).ms >= 1000)
  })
})

describe('loop', () => {
  for (const writerType of writerTypes) {
    it(`the ${writerType} writer writes at the ticks of a fixed rate`, () => {
      const pace = pacing({ mode: 'loop', writerType }, 7)
      assert.equal(pace.isDue(ONE, 20), false)
      assert.equal(pace.isDue(ONE, 106.9), false)
      assert.equal(pace.isDue(ONE, 107), true)
      pace.wrote()
      // Written late, yet the next tick stays where it was.
      assert.equal(pace.isDue(ONE, 195), false)
      assert.equal(pace.isDue(ONE, 207), true)
    })

    it(`the ${writerType} writer writes earlier when a batch waits`, () => {
      const pace = pacing({ mode: 'loop', writerType })
      assert.equal(pace.isDue(waiting(99), 1), false)
      assert.equal(pace.isDue(waiting(100), 2), true)
    })
  }

  it('every line is written at the first tick after it was seen, however long nothing came', () => {
    const interval = fc.integer({ min: 1, max: 5000 })
    const pauses = fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(interval, pauses, fc.nat({ max: 1000 }), (flushIntervalMs, pauses, start) => {
        const pace = pacing({ mode: 'loop', flushIntervalMs }, start)
        let now = start
        for (const pause of pauses) {
          now += pause
          const tick = start + (Math.floor((now - start) / flushIntervalMs) + 1) * flushIntervalMs
          assert.equal(pace.isDue(ONE, now), false)
          assert.equal(pace.rest(ONE, now).ms, tick - now)
          assert.equal(pace.isDue(ONE, tick), true)
          pace.wrote()
          pace.rest(ONE, tick)
          now = tick
        }
      }),
    )
  })
})

describe('manual', () => {
  for (const writerType of writerTypes) {
    it(`the ${writerType} writer writes nothing by itself, and no line wakes it`, () => {
      const pace = pacing({ mode: 'manual', writerType })
      assert.equal(pace.isDue(waiting(9999, 3_000_000), 0), false)
      assert.equal(pace.isDue(waiting(9999, 3_000_000), 1e9), false)
      const { lines, bytes } = pace.rest(ONE, 0)
      assert.deepEqual({ lines, bytes }, { lines: NEVER, bytes: NEVER })
    })
  }
})

describe('a small queue', () => {
  for (const mode of ['trigger', 'loop']) {
    it(`is written before it is full (${mode})`, () => {
      assert.equal(pacing({ mode, lineLimit: 10 }).isDue(waiting(4), 0), false)
      assert.equal(pacing({ mode, lineLimit: 10 }).isDue(waiting(5), 0), true)
      assert.equal(pacing({ mode, byteLimit: 1000 }).isDue(waiting(1, 499), 0), false)
      assert.equal(pacing({ mode, byteLimit: 1000 }).isDue(waiting(1, 500), 0), true)
    })

    it(`of one line is written at once (${mode})`, () => {
      const pace = pacing({ mode, lineLimit: 1 })
      assert.equal(pace.isDue(ONE, 0), true)
      pace.wrote()
      assert.equal(pace.rest(ONE, 0).lines, 1)
    })
  }
})
