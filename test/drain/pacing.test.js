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

  it('while lines flow the thread looks by itself, and less than half a queue wakes nobody', () => {
    for (const [writerType, lines, ms] of [
      ['line', 1000, 0.25],
      ['mmap', 1000, 0.25],
      ['block', 20_000, 0.25],
      ['block', 100, 1],
    ]) {
      const pace = pacing({ writerType })
      write(pace, waiting(lines), 0)
      const elapsed = writerType === 'block' ? 1 : 0.4
      assert.deepEqual(write(pace, waiting(lines), elapsed), { ms, lines: 5000, bytes: 2 * 1024 * 1024 })
    }
  })

  it('after a write of the line writer, the next line wakes the thread', () => {
    for (const writerType of ['line', 'mmap']) {
      const { lines, ms } = write(pacing({ writerType }), waiting(100), 0)
      assert.deepEqual([lines, ms >= 1000], [1, true])
    }
  })

  it('after a block that took longer to fill, the next one wakes the thread, or the age that its first line may have', () => {
    const pace = pacing()
    assert.deepEqual(write(pace, waiting(100), 10), { ms: 100, lines: 100, bytes: 64 * 1024 })
    assert.equal(pace.isDue(ONE, 109), false)
    assert.equal(pace.isDue(ONE, 110), true)
    pace.wrote()
    assert.equal(pace.rest(ONE, 110).ms, 100)
    assert.equal(pace.isDue(NOTHING, 210), false)
    const { lines, ms } = pace.rest(NOTHING, 210)
    assert.deepEqual([lines, ms >= 1000], [1, true])
    assert.equal(pace.isDue(ONE, 1000), false, 'the first line after a long rest is new')
  })
})

/** What waits is written; returns the rest. */
function write(pace, what, now) {
  pace.isDue(what, now)
  pace.wrote()
  return pace.rest(what, now)
}

describe('after a takeover', () => {
  for (const mode of ['trigger', 'loop', 'manual']) {
    it(`what waits is due, as nobody knows since when it does (${mode})`, () => {
      const pace = pacing({ mode })
      pace.takeOver()
      assert.equal(pace.isDue(ONE, 0), mode !== 'manual')
      pace.wrote()
      pace.rest(ONE, 0)
      assert.equal(pace.isDue(ONE, 1), false)
    })
  }
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
