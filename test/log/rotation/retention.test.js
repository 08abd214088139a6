// What retention deletes: the oldest archives, as many as the limits ask for and no more.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { parseArchiveName } from '../../../build/log/rotation/archive-names.js'
import { archivesToCompress, expiredArchives } from '../../../build/log/rotation/retention.js'

const NAMING = { log: 'app.log', keepsExtension: false, isNumbered: false }
const DAY = { interval: 'day', atMinutes: 0, isUtc: true }
const DAY_MS = 86_400_000
const NO_LIMIT = { keep: Infinity, maxAge: Infinity, maxTotal: Infinity, minFree: 0 }

const files = (sizes) =>
  Object.entries(sizes).map(([name, bytes]) => ({ ...parseArchiveName(NAMING, `app.log.${name}`), bytes }))
const expired = (limits, sizes, state = {}) =>
  expiredArchives({ ...NO_LIMIT, ...limits }, DAY, {
    archives: files(sizes),
    liveBytes: 0,
    freeBytes: Infinity,
    now: Date.UTC(2026, 10, 22, 12),
    ...state,
  }).map((name) => name.slice('app.log.'.length))

const THREE = { '2026-11-20.1': 100, '2026-11-21.1.gz': 10, '2026-11-21.2': 100 }

describe('retention', () => {
  it('keeps everything without limits, and with limits that are not exceeded', () => {
    assert.deepEqual(expired({}, THREE), [])
    assert.deepEqual(expired({ keep: 3, maxAge: 2 * DAY_MS, maxTotal: 210, minFree: 1 }, THREE), [])
  })

  it('by number, deletes the oldest', () => {
    assert.deepEqual(expired({ keep: 1 }, THREE), ['2026-11-20.1', '2026-11-21.1.gz'])
    assert.deepEqual(expired({ keep: 0 }, THREE).length, 3)
    const ten = { '2026-11-21.10': 1, '2026-11-21.2': 1, '2026-11-21.9': 1 }
    assert.deepEqual(expired({ keep: 1 }, ten), ['2026-11-21.2', '2026-11-21.9'])
  })

  it('by age, counts from the end of the period', () => {
    const now = Date.UTC(2026, 10, 22)
    assert.deepEqual(expired({ maxAge: DAY_MS }, THREE, { now }), [])
    assert.deepEqual(expired({ maxAge: DAY_MS }, THREE, { now: now + 1 }), ['2026-11-20.1'])
  })

  it('by total, counts the live file and temporary files', () => {
    assert.deepEqual(expired({ maxTotal: 200 }, THREE), ['2026-11-20.1'])
    assert.deepEqual(expired({ maxTotal: 200 }, THREE, { liveBytes: 95 }), [
      '2026-11-20.1',
      '2026-11-21.1.gz',
    ])
    const compressing = { ...THREE, '2026-11-21.2.gz.tmp': 30 }
    assert.deepEqual(expired({ maxTotal: 239 }, compressing), ['2026-11-20.1'])
  })

  it('by free space, deletes until enough would be free', () => {
    assert.deepEqual(expired({ minFree: 150 }, THREE, { freeBytes: 100 }), ['2026-11-20.1'])
    assert.deepEqual(expired({ minFree: 1000 }, THREE, { freeBytes: 0 }).length, 3)
  })

  it('takes the plain and the compressed form of one archive for one', () => {
    const both = { '2026-11-20.1': 100, '2026-11-20.1.gz': 10, '2026-11-21.1': 100 }
    assert.deepEqual(expired({ keep: 2 }, both), [])
    assert.deepEqual(expired({ keep: 1 }, both), ['2026-11-20.1', '2026-11-20.1.gz'])
  })

  it('deletes an oldest part, the least that satisfies all limits', () => {
    const sizes = fc.dictionary(
      fc
        .tuple(fc.integer({ min: 1, max: 28 }), fc.integer({ min: 1, max: 12 }))
        .map(([day, n]) => `2026-10-${String(day).padStart(2, '0')}.${n}`),
      fc.nat(1000),
      { maxKeys: 20 },
    )
    const limits = fc.record({
      keep: fc.oneof(fc.nat(20), fc.constant(Infinity)),
      maxAge: fc.oneof(
        fc.nat(60).map((days) => days * DAY_MS),
        fc.constant(Infinity),
      ),
      maxTotal: fc.oneof(fc.nat(10_000), fc.constant(Infinity)),
      minFree: fc.nat(5000),
    })
    fc.assert(
      fc.property(sizes, limits, fc.nat(5000), (sizes, limits, freeBytes) => {
        const gone = expired(limits, sizes, { freeBytes })
        const left = { ...sizes }
        for (const name of gone) delete left[name]
        const free = freeBytes + gone.reduce((sum, name) => sum + sizes[name], 0)
        assert.deepEqual(expired(limits, left, { freeBytes: free }), [], 'a second run finds nothing')
        const last = gone.at(-1)
        if (last === undefined) return
        const more = { ...left, [last]: sizes[last] }
        assert.ok(
          expired(limits, more, { freeBytes: free - sizes[last] }).length > 0,
          'the last one had to go',
        )
        const order = (name) => Number(name.slice(8, 10)) * 100 + Number(name.split('.')[1])
        for (const name of Object.keys(left)) assert.ok(order(name) > order(last), 'what is left is younger')
      }),
    )
  })
})

describe('compression', () => {
  it('leaves the newest plain, and never what is compressed', () => {
    const archives = files({ '2026-11-21.10': 1, '2026-11-20.1.gz': 1, '2026-11-21.9': 1, '2026-11-20.2': 1 })
    assert.deepEqual(archivesToCompress(archives, 1), ['app.log.2026-11-20.2', 'app.log.2026-11-21.9'])
    assert.deepEqual(archivesToCompress(archives, 5), [])
    assert.equal(archivesToCompress(archives, 0).length, 3)
  })
})
