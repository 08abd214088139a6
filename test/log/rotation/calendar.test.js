// Boundaries and names of periods, in every time zone from 2010 to 2040, most of all where the clock changes.

import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import fc from 'fast-check'
import {
  DAY_MS,
  endOf,
  formatPeriod,
  HOUR_MS,
  nextBoundary,
  orderOf,
  parsePeriod,
  periodOf,
  startOf,
} from '../../../build/log/rotation/calendar.js'

const MINUTE_MS = 60_000
const FIRST = Date.UTC(2010, 0)
const LAST = Date.UTC(2041, 0)
const ZONES = Intl.supportedValuesOf('timeZone')
/** No zone has moved its clock by more than a day at once. */
const LONGEST_SHIFT = 24 * HOUR_MS
const LENGTHS = { hour: HOUR_MS, day: DAY_MS, week: 7 * DAY_MS, month: 31 * DAY_MS }
const INTERVALS = ['hour', 'day', 'week', 'month', 15 * MINUTE_MS, 90 * MINUTE_MS, 6 * HOUR_MS, 2 * DAY_MS]
const SCHEDULES = INTERVALS.flatMap((interval) =>
  ['day', 'week', 'month'].includes(interval)
    ? [0, 150, 23 * 60 + 59].map((atMinutes) => ({ interval, atMinutes, isUtc: false }))
    : [{ interval, atMinutes: 0, isUtc: false }],
)

const zoneBefore = process.env.TZ
after(() => {
  if (zoneBefore === undefined) delete process.env.TZ
  else process.env.TZ = zoneBefore
})

function inZone(zone, use) {
  process.env.TZ = zone // Node asks the system again
  return use()
}

const at = (text) => new Date(text).getTime()
const schedule = (interval, changes = {}) => ({ interval, atMinutes: 0, isUtc: false, ...changes })
const nameAt = (plan, moment) => formatPeriod(periodOf(plan, moment))

describe('the next boundary', () => {
  it('comes at 25, 24 or 23 hours, as the day has them', () => {
    inZone('Europe/Berlin', () => {
      const day = schedule('day')
      const lengthOf = (start) => (nextBoundary(day, at(start)) - at(start)) / HOUR_MS
      assert.deepEqual(
        ['2026-10-25T00:00', '2026-10-26T00:00', '2026-03-29T00:00'].map(lengthOf),
        [25, 24, 23],
      )
    })
  })

  it('comes every hour when the clock repeats one', () => {
    inZone('America/New_York', () => {
      for (let moment = Date.UTC(2026, 10, 1, 3); moment < Date.UTC(2026, 10, 1, 9); moment += HOUR_MS) {
        assert.equal(nextBoundary(schedule('hour'), moment + 1), moment + HOUR_MS)
        assert.equal(nextBoundary(schedule(15 * MINUTE_MS), moment + 1), moment + 15 * MINUTE_MS)
      }
    })
  })

  it('moves by the gap if the clock skips it, and counts once if the clock repeats it', () => {
    inZone('Europe/Berlin', () => {
      const day = schedule('day', { atMinutes: 150 })
      assert.equal(nextBoundary(day, at('2026-03-29T00:00')), at('2026-03-29T03:30'))
      assert.equal(nextBoundary(day, at('2026-10-25T00:00')), Date.UTC(2026, 9, 25, 0, 30))
      assert.equal(nextBoundary(day, Date.UTC(2026, 9, 25, 0, 30)), at('2026-10-26T02:30'))
    })
  })

  it('counts parts of a day by the clock on the wall, and other intervals from the first line', () => {
    inZone('Europe/Berlin', () => {
      assert.equal(nextBoundary(schedule(6 * HOUR_MS), at('2026-10-25T01:00')), at('2026-10-25T06:00'))
      const first = at('2026-11-22T17:03')
      assert.equal(nextBoundary(schedule(2 * DAY_MS), first), first + 2 * DAY_MS)
    })
  })

  it('is never without an interval', () => {
    assert.equal(nextBoundary(schedule(null), Date.now()), Infinity)
  })
})

describe('the name of a period', () => {
  it('is that of its beginning', () => {
    inZone('Asia/Kolkata', () => {
      const moment = at('2026-11-22T10:15')
      const names = ['hour', 'day', 'week', 'month', null].map((interval) =>
        nameAt(schedule(interval), moment),
      )
      assert.deepEqual(names, ['2026-11-22T10', '2026-11-22', '2026-W47', '2026-11', '2026-11-22'])
      assert.equal(nameAt(schedule('day', { atMinutes: 11 * 60 }), moment), '2026-11-21')
      assert.equal(nameAt(schedule('day', { isUtc: true }), at('2026-11-22T03:00')), '2026-11-21')
    })
  })

  it('has the year of the ISO week', () => {
    inZone('UTC', () => {
      assert.equal(nameAt(schedule('week'), at('2027-01-01T12:00')), '2026-W53')
      assert.equal(nameAt(schedule('week'), at('2024-12-30T12:00')), '2025-W01')
    })
  })

  it('does not go back where the clock is set back over midnight', () => {
    inZone('America/St_Johns', () => {
      const day = schedule('day')
      const midnight = Date.UTC(2010, 10, 7, 2, 30) // at 00:01 the clock goes back to 23:01
      assert.equal(nameAt(day, midnight), '2010-11-07')
      assert.equal(nameAt(day, midnight + 30 * MINUTE_MS), '2010-11-07')
      assert.equal(nextBoundary(day, midnight), at('2010-11-08T00:00'))
    })
  })

  it('is read back exactly, and nothing else is read', () => {
    for (const bad of [
      '',
      '2026',
      '2026-13',
      '2026-13-45',
      '2026-02-30',
      '2026-11-22T24',
      '2026-11-22T1',
      '2026-W00',
      '2026-W54',
      '2025-W53',
      '2026-W47-1',
      '26-11-22',
      '2026-11-22 ',
      '2026-11-22T10:15',
      '0026-11-22',
    ]) {
      assert.equal(parsePeriod(bad), null, bad)
    }
    const moments = fc.integer({ min: FIRST, max: LAST })
    fc.assert(
      fc.property(moments, fc.constantFrom(...SCHEDULES), fc.boolean(), (moment, plan, isUtc) => {
        const period = periodOf({ ...plan, isUtc }, moment)
        assert.deepEqual(parsePeriod(formatPeriod(period)), period)
      }),
    )
  })
})

/** Moments at which the offset of the zone of the process changes. */
function changes() {
  const offset = (moment) => new Date(moment).getTimezoneOffset()
  const found = []
  for (let from = FIRST; from < LAST; from += 7 * DAY_MS) {
    let [low, high] = [from, from + 7 * DAY_MS]
    if (offset(low) === offset(high)) continue
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2)
      if (offset(middle) === offset(low)) low = middle
      else high = middle
    }
    found.push(high)
  }
  return found
}

/** What holds of every moment, in any zone. */
function check(plan, moment) {
  const { interval } = plan
  const next = nextBoundary(plan, moment)
  const isPartOfHour = typeof interval === 'number' && HOUR_MS % interval === 0
  const length = LENGTHS[interval] ?? interval
  const longest = interval === 'hour' || isPartOfHour ? length : length + LONGEST_SHIFT
  assert.ok(next > moment, 'it is later')
  assert.ok(next - moment <= longest, `it comes after ${(next - moment) / HOUR_MS} hours`)
  // Where the clock moves by half an hour, the hour that has begun ends after 60 minutes all the same.
  if (interval === 'hour' || isPartOfHour || interval === 2 * DAY_MS) return
  const between = moment + Math.floor((next - moment) / 2)
  assert.equal(nextBoundary(plan, between), next, 'none is skipped')
  assert.equal(nextBoundary(plan, next - 1), next, 'none is skipped')
  if (typeof interval === 'number') return
  const [period, following] = [periodOf(plan, moment), periodOf(plan, next)]
  assert.equal(formatPeriod(periodOf(plan, next - 1)), formatPeriod(period), 'one period, one name')
  assert.ok(orderOf(following) > orderOf(period), 'names go forwards')
  assert.ok(endOf(plan, period) >= next - LONGEST_SHIFT && endOf(plan, period) <= next, 'its end is known')
  const start = startOf(plan, following)
  assert.ok(start >= next - LONGEST_SHIFT && start <= next, 'so is the beginning of the one behind it')
}

describe('in every time zone, from 2010 to 2040', () => {
  it('boundaries come in time, none twice, and names go forwards, wherever the clock changes', () => {
    let checked = 0
    for (const zone of ZONES) {
      inZone(zone, () => {
        for (const change of changes()) {
          for (const plan of SCHEDULES) {
            for (const away of [-25 * HOUR_MS, -HOUR_MS - 1, -1, 0, 1, 30 * MINUTE_MS, 23 * HOUR_MS]) {
              try {
                check(plan, change + away)
                checked++
              } catch (error) {
                error.message = `${zone}, ${JSON.stringify(plan)}, ${new Date(change + away).toISOString()}: ${error.message}`
                throw error
              }
            }
          }
        }
      })
    }
    assert.ok(checked > 100_000)
  })

  it('and at random moments', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.constantFrom(...SCHEDULES),
        fc.integer({ min: FIRST, max: LAST }),
        (zone, plan, moment) => inZone(zone, () => check(plan, moment)),
      ),
      { numRuns: 2000 },
    )
  })
})
