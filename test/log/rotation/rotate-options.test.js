// The option `rotate`: short and long forms mean what they say, and a mistake gets a message that shows the right form.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import zlib from 'node:zlib'
import { resolveRotate } from '../../../build/log/rotation/rotate-options.js'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

describe('the option rotate', () => {
  it('has defaults for everything', () => {
    assert.deepEqual(resolveRotate({}), {
      maxBytes: Infinity,
      schedule: { interval: null, atMinutes: 0, isUtc: false },
      retention: { keep: Infinity, maxAge: Infinity, maxTotal: Infinity, minFree: 0 },
      onStart: false,
      onFull: 'wait',
      compression: null,
      naming: 'dated',
      keepsExtension: false,
      symlink: null,
      header: null,
    })
  })

  for (const [text, maxBytes, interval] of [
    ['100MB', 100e6, null],
    ['1.5 GiB', 1.5 * 2 ** 30, null],
    ['20480b', 20_480, null],
    ['10kB', 10_000, null],
    ['day', Infinity, 'day'],
    ['1d', Infinity, 'day'],
    ['6h', Infinity, 6 * HOUR_MS],
    ['30 minutes', Infinity, HOUR_MS / 2],
    ['day 100MB', 100e6, 'day'],
    ['100 MB  week', 100e6, 'week'],
  ]) {
    it(`'${text}' is a short form`, () => {
      const { maxBytes: size, schedule } = resolveRotate(text)
      assert.deepEqual([size, schedule.interval], [maxBytes, interval])
    })
  }

  it('takes numbers and texts for sizes and times', () => {
    const texts = { size: '10MiB', interval: '2d', maxAge: '30d', maxTotal: '1GB', minFree: '500MB' }
    const numbers = {
      size: 10 * 2 ** 20,
      interval: 2 * DAY_MS,
      maxAge: 30 * DAY_MS,
      maxTotal: 1e9,
      minFree: 500e6,
    }
    assert.deepEqual(resolveRotate(texts), resolveRotate(numbers))
    assert.deepEqual(resolveRotate({ interval: 'week', at: '03:30' }).schedule, {
      interval: 'week',
      atMinutes: 210,
      isUtc: false,
    })
  })

  it('keeps ten archives if only the size is limited', () => {
    const keepOf = (option) => resolveRotate(option).retention.keep
    assert.equal(keepOf('100MB'), 10)
    assert.equal(keepOf('day 100MB'), 10)
    assert.equal(keepOf('day'), Infinity)
    assert.equal(keepOf({ size: '1MB', maxAge: '1d' }), Infinity)
    assert.equal(keepOf({ size: '1MB', maxTotal: '1GB' }), Infinity)
    assert.equal(keepOf({ size: '1MB', keep: Infinity }), Infinity)
    assert.equal(keepOf({ size: '1MB', keep: 0 }), 0)
  })

  it('compresses with one plain archive left, unless told otherwise', () => {
    assert.deepEqual(resolveRotate({ compress: 'gzip' }).compression, { type: 'gzip', keepPlain: 1 })
    const all = { type: 'gzip', level: 9, keepPlain: 0 }
    assert.deepEqual(resolveRotate({ compress: all }).compression, all)
    const zstd = () => resolveRotate({ compress: 'zstd' })
    if ('zstdCompressSync' in zlib) assert.equal(zstd().compression.type, 'zstd')
    else assert.throws(zstd, { message: /to be 'gzip': this version of Node\.js has no zstd/ })
  })
})

describe('a mistake in the option rotate', () => {
  const FORM =
    "Expected rotate to be a size, an interval or both, like '100MB', 'day' or 'day 100MB', or an object"
  const SIZE = "to be a size in bytes, or a text like '100MB' or '1.5GiB'"
  const INTERVAL = "to be 'hour', 'day', 'week', 'month', milliseconds, or a time like '6h' or '30m'"
  for (const [option, message] of [
    ['', `${FORM}, got ''`],
    ['daily', `${FORM}, got 'daily'`],
    ['100', `${FORM}, got '100'`],
    ['1M', `${FORM}, got '1M'`],
    ['-5MB', `${FORM}, got '-5MB'`],
    ['day week', `${FORM}, got 'day week'`],
    ['1MB 2MB', `${FORM}, got '1MB 2MB'`],
    [100, `${FORM}, got 100`],
    [true, `${FORM}, got true`],
    [null, `${FORM}, got null`],
    [['1MB'], `${FORM}, got an array`],
    [{ compres: 'gzip' }, "Expected a known option, got 'compres'. Did you mean compress?"],
    [{ size: '100' }, `Expected rotate.size ${SIZE}, got '100'`],
    [{ size: 0 }, 'Expected rotate.size to be an integer >= 1, got 0'],
    [{ size: '0MB' }, 'Expected rotate.size to be an integer >= 1, got 0'],
    [{ size: 1e15 }, 'Expected rotate.size to be an integer from 1 to 549755813888, got 1000000000000000'],
    [{ size: Number.NaN }, 'Expected rotate.size to be an integer >= 1, got NaN'],
    [{ interval: 'daily' }, `Expected rotate.interval ${INTERVAL}, got 'daily'`],
    [{ interval: '1M' }, `Expected rotate.interval ${INTERVAL}, got '1M'`],
    [{ interval: 5 }, 'Expected rotate.interval to be a number >= 1000, got 5'],
    [{ interval: 'day', at: '24:00' }, "Expected rotate.at to be a time of day like '03:30', got '24:00'"],
    [{ interval: 'day', at: 3 }, "Expected rotate.at to be a time of day like '03:30', got 3"],
    [{ at: '03:30' }, "Expected rotate.at only with the interval 'day', 'week' or 'month', got '03:30'"],
    [
      { interval: '6h', at: '03:30' },
      "Expected rotate.at only with the interval 'day', 'week' or 'month', got '03:30'",
    ],
    [{ utc: 'yes' }, "Expected rotate.utc to be true or false, got 'yes'"],
    [{ keep: -1 }, 'Expected rotate.keep to be an integer >= 0, got -1'],
    [
      { maxAge: 'old' },
      "Expected rotate.maxAge to be milliseconds, or a time like '30d' or '12h', got 'old'",
    ],
    [{ maxTotal: '1 cow' }, `Expected rotate.maxTotal ${SIZE}, got '1 cow'`],
    [{ onFull: 'drop' }, "Expected rotate.onFull to be 'wait' or 'delete-oldest', got 'drop'"],
    [
      { compress: true },
      "Expected rotate.compress to be false, 'gzip', 'zstd' or { type, level, keepPlain }, got true",
    ],
    [{ compress: 'zip' }, "Expected rotate.compress to be 'gzip' or 'zstd', got 'zip'"],
    [
      { compress: { type: 'gzip', level: 10 } },
      'Expected rotate.compress.level to be an integer from 1 to 9, got 10',
    ],
    [
      { compress: { kind: 'gzip' } },
      "Expected a known option, got 'kind'. Known options: type, level, keepPlain",
    ],
    [{ naming: 'date' }, "Expected rotate.naming to be 'dated' or 'numbered', got 'date'"],
    [{ symlink: '' }, "Expected rotate.symlink to be a path, got ''"],
    [{ header: 5 }, 'Expected rotate.header to be a text, or a function that returns one, got 5'],
  ]) {
    it(`is named: ${JSON.stringify(option)}`, () => {
      assert.throws(() => resolveRotate(option), { code: 'ERR_INVALID_ARGUMENT', message })
    })
  }
})
