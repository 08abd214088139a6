// The figures of the benchmarks: medians, percentiles, histograms.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Histogram } from '../../bench/shared/histogram.js'
import { median, percentile, spread } from '../../bench/shared/statistics.js'

test('the median of an even number of values lies between the middle two', () => {
  assert.equal(median([4, 1, 3, 2]), 2.5)
  assert.equal(median([9, 1, 5]), 5)
})

test('the spread tells the smallest and the largest beside the median', () => {
  assert.deepEqual(spread([3, 1, 2]), { median: 2, min: 1, max: 3 })
})

test('a percentile is a value that was measured', () => {
  const sorted = Array.from({ length: 100 }, (_, n) => n + 1)
  assert.equal(percentile(sorted, 0.5), 50)
  assert.equal(percentile(sorted, 0.99), 99)
  assert.equal(percentile([7], 0.99), 7)
})

test('a histogram knows every percentile to 1 %', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 1, max: 1e12, noNaN: true }), { minLength: 1, maxLength: 300 }),
      fc.constantFrom(0.5, 0.9, 0.99, 1),
      (values, p) => {
        const histogram = new Histogram()
        for (const value of values) histogram.record(value)
        const sorted = values.toSorted((a, b) => a - b)
        const exact = percentile(sorted, p)
        const found = histogram.percentile(p)
        assert.ok(found >= exact && found <= exact * 1.01, `${found} for ${exact}`)
        assert.equal(histogram.max, sorted.at(-1))
        assert.equal(histogram.count, values.length)
      },
    ),
  )
})

test('calls that were timed together count each', () => {
  const histogram = new Histogram()
  histogram.record(10, 20)
  histogram.record(100, 20)
  assert.equal(histogram.count, 40)
  assert.equal(histogram.mean, 55)
  assert.equal(histogram.max, 100)
})
