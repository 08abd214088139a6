// Which names are archives, and what the next one is called. Everything else in the folder is somebody else's.

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  archivesAmong,
  nextArchiveName,
  parseArchiveName,
} from '../../../build/log/rotation/archive-names.js'
import { formatPeriod, periodOf } from '../../../build/log/rotation/calendar.js'

const PLAIN = { log: 'app.log', keepsExtension: false, isNumbered: false }
const KEPT = { log: 'app.log', keepsExtension: true, isNumbered: false }
const DAY = { interval: 'day', atMinutes: 0, isUtc: true }
const NOW = Date.UTC(2026, 10, 22, 10)

const schedules = fc.record({
  interval: fc.constantFrom('hour', 'day', 'week', 'month', null, 3_600_000 * 6),
  atMinutes: fc.constant(0),
  isUtc: fc.constant(true),
})
const moments = fc.integer({ min: Date.UTC(2010, 0), max: Date.UTC(2041, 0) })
const namings = fc.record({
  log: fc.constantFrom('app.log', 'app', '.app', 'a.b.c', 'app-2026-11-22.1.log', 'ä (1).log'),
  keepsExtension: fc.boolean(),
  isNumbered: fc.constant(false),
})

describe('the name of an archive', () => {
  it('is parsed into its period, number and form', () => {
    const parse = (naming, name) => {
      const { period, sequence, form, isTemporary } = parseArchiveName(naming, name)
      return [formatPeriod(period), sequence, form, isTemporary]
    }
    assert.deepEqual(parse(PLAIN, 'app.log.2026-11-22.1'), ['2026-11-22', 1, 'plain', false])
    assert.deepEqual(parse(PLAIN, 'app.log.2026-W47.12.gz'), ['2026-W47', 12, 'gz', false])
    assert.deepEqual(parse(PLAIN, 'app.log.2026-11-22T10.3.zst.tmp'), ['2026-11-22T10', 3, 'zst', true])
    assert.deepEqual(parse(KEPT, 'app-2026-11.2.log'), ['2026-11', 2, 'plain', false])
    assert.deepEqual(parse(KEPT, 'app-2026-11.2.log.gz'), ['2026-11', 2, 'gz', false])
  })

  it('is exact: nothing that only looks like one counts', () => {
    for (const name of [
      'app.log',
      'app.log.bak',
      'app.log.1',
      'app.log.1.gz',
      'app.log.2026-11-22',
      'app.log.2026-11-22.gz',
      'app.log.2026-13-45.1',
      'app.log.2026-11-22.0',
      'app.log.2026-11-22.01',
      'app.log.2026-11-22.-1',
      'app.log.2026-11-22.1.bak',
      'app.log.2026-11-22.1.tmp',
      'app.log.2026-11-22.1.gz.gz',
      'app.log.2026-11-22.1.gz.tmp.tmp',
      'app.log.2026-11-22.1.zip',
      'app.log.2026-11-22.1 ',
      'app.log.2026-11-22.1\n',
      'app.log2026-11-22.1',
      'xapp.log.2026-11-22.1',
      'app.log.old.2026-11-22.1',
      'app-2026-11-22.1.log',
      'APP.LOG.2026-11-22.1',
      '.app.log.lock',
      '',
    ]) {
      assert.equal(parseArchiveName(PLAIN, name), null, name)
    }
  })

  it('of another log is not ours, whatever the two are called', () => {
    assert.equal(parseArchiveName({ ...PLAIN, log: 'app' }, 'app.log.2026-11-22.1'), null)
    assert.equal(parseArchiveName(PLAIN, 'app.log.2026-11-22.1.2026-11-23.1'), null)
    assert.equal(parseArchiveName(KEPT, 'app-error-2026-11-22.1.log'), null)
  })

  it('is read back exactly as it was made', () => {
    fc.assert(
      fc.property(namings, schedules, moments, (naming, schedule, moment) => {
        const name = nextArchiveName(naming, schedule, [], moment)
        for (const form of ['', '.gz', '.zst', '.gz.tmp']) {
          const parsed = parseArchiveName(naming, `${name}${form}`)
          assert.equal(parsed?.sequence, 1, `${name}${form}`)
          assert.deepEqual(parsed.period, periodOf(schedule, moment))
        }
      }),
    )
  })
})

describe('the next name', () => {
  it('has the largest number of its period plus one, whatever form that has', () => {
    const names = [
      'app.log.2026-11-22.2.gz',
      'app.log.2026-11-22.10.gz.tmp',
      'app.log.2026-11-22.9',
      'app.log.2026-11-21.99',
      'app.log.2026-11-22.77.bak',
    ]
    assert.equal(nextArchiveName(PLAIN, DAY, names, NOW), 'app.log.2026-11-22.11')
    assert.equal(nextArchiveName(PLAIN, DAY, [], NOW), 'app.log.2026-11-22.1')
  })

  it('is never taken, and every archive that is made this way sorts behind those before it', () => {
    fc.assert(
      fc.property(namings, schedules, fc.array(moments, { maxLength: 30 }), (naming, schedule, times) => {
        const names = ['app.log.bak', naming.log]
        for (const time of times.toSorted((a, b) => a - b)) {
          const name = nextArchiveName(naming, schedule, names, time)
          assert.ok(!names.includes(name))
          names.push(name)
          assert.equal(archivesAmong(naming, names).at(-1)?.name, name)
        }
        assert.equal(archivesAmong(naming, names).length, times.length)
      }),
    )
  })

  for (const { numbers, next } of [
    { numbers: [999_999_999_999_999], next: 1 },
    { numbers: [1, 2, 999_999_999_999_998, 999_999_999_999_999], next: 3 },
    { numbers: [999_999_999_999_998], next: 999_999_999_999_999 },
  ]) {
    it(`can be read again, beside the numbers ${numbers.join()}`, () => {
      const names = numbers.map((number) => `app.log.2026-11-22.${number}`)
      const name = nextArchiveName(PLAIN, DAY, names, NOW)
      assert.equal(parseArchiveName(PLAIN, name)?.sequence, next)
    })
  }

  it('does not use a name again after the clock was set back', () => {
    const names = ['app.log.2026-11-22.1', 'app.log.2026-11-23.1']
    assert.equal(nextArchiveName(PLAIN, DAY, names, NOW), 'app.log.2026-11-22.2')
  })
})

describe('archives among the names of a folder', () => {
  it('are in the order of time and number: 10 comes after 2', () => {
    const ordered = [
      'app.log.2025-W52.1',
      'app.log.2026-01.1',
      'app.log.2026-11-22.2',
      'app.log.2026-11-22.10',
      'app.log.2026-11-22T10.1.gz',
      'app.log.2026-W48.1',
    ]
    const mixed = [...ordered].sort().concat('app.log', 'other.log.2026-11-22.1')
    assert.deepEqual(
      archivesAmong(PLAIN, mixed).map(({ name }) => name),
      ordered,
    )
  })
})
