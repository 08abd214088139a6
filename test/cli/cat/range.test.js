// --since and --until: which files can have lines from a range of time.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { endOfName, readMoment } from '../../../build/cli/cat/moments.js'
import { hasLinesFrom, isLiveFrom } from '../../../build/cli/cat/range.js'
import { parsePeriod } from '../../../build/log/rotation/calendar.js'
import { resolveRotate } from '../../../build/log/rotation/rotate-options.js'
import { folderOfArchives, touch } from '../archives/folder-of-archives.js'
import { run } from '../command.js'

const DAYS = {
  'app.log.2026-11-20.1.gz': '20\n',
  'app.log.2026-11-21.1': '21\n',
  'app.log.2026-11-21.2': '21b\n',
  'app.log.2026-11-22.1': '22\n',
  'app.log': 'live\n',
}

async function print(folder, ...flags) {
  const { code, stdout, stderr } = await run(['cat', '--utc', ...flags, join(folder, 'app.log')])
  assert.equal(stderr, '')
  assert.equal(code, 0)
  return stdout
}

describe('files are chosen by their periods', () => {
  it('a day includes all of it', async (t) => {
    const folder = folderOfArchives(t, DAYS)
    touch(folder, 'app.log', '2026-11-23T12:00Z')
    const daily = (...flags) => print(folder, '--interval', 'day', ...flags)
    assert.equal(await daily('--since', '2026-11-21'), '21\n21b\n22\nlive\n')
    assert.equal(await daily('--since', '2026-11-21', '--until', '2026-11-21'), '21\n21b\n')
    assert.equal(await daily('--since', '2026-11-21T23:59', '--until', '2026-11-21T23:59:59.5'), '21\n21b\n')
    assert.equal(await daily('--until', '2026-11-20T10'), '20\n')
    assert.equal(
      await daily('--since', '2026-11-22T01:00+02:00', '--until', '2026-11-22T02:00+01:00'),
      '21\n21b\n22\n',
    )
    assert.equal(await daily('--until', '2026-11-19'), '')
    assert.equal(await daily('--since', '2027'.concat('-01')), 'live\n')
  })

  it('without an interval, a file ends with its last write', async (t) => {
    const folder = folderOfArchives(t, DAYS)
    touch(folder, 'app.log.2026-11-20.1.gz', '2026-11-22T08:00Z')
    touch(folder, 'app.log.2026-11-21.1', '2026-11-21T08:00Z')
    touch(folder, 'app.log.2026-11-21.2', '2026-11-21T09:00Z')
    assert.equal(await print(folder, '--since', '2026-11-22'), '20\n22\nlive\n')
    assert.equal(await print(folder, '--since', '2026-11-22T08:01'), '22\nlive\n')
  })
})

describe('the decision', () => {
  const at = (text) => readMoment(text, true).start
  const has = (interval, name, since, until, lastWrite = 0) =>
    hasLinesFrom(
      { since: since === null ? -Infinity : at(since), until: until === null ? Infinity : at(until) },
      resolveRotate({ utc: true, ...interval }).schedule,
      parsePeriod(name),
      lastWrite,
    )

  it('takes parts of a day from the boundary behind the name', () => {
    const six = { interval: '6h' }
    assert.equal(has(six, '2026-11-22T06', '2026-11-22T11:59', null), true)
    assert.equal(has(six, '2026-11-22T06', '2026-11-22T12', null), false)
    assert.equal(has(six, '2026-11-22T08', '2026-11-22T12', null), false, 'its first line came late')
    assert.equal(has(six, '2026-11-22T06', null, '2026-11-22T06'), false)
    assert.equal(has(six, '2026-11-22T06', null, '2026-11-22T06:01'), true)
  })

  it('knows that an interval that divides no day begins with the first line', () => {
    const odd = { interval: '7h' }
    assert.equal(has(odd, '2026-11-22T06', '2026-11-22T13:30', null), true)
    assert.equal(has(odd, '2026-11-22T06', '2026-11-22T14', null), false)
    const days = { interval: '2d' }
    assert.equal(has(days, '2026-11-20', '2026-11-22T23:00', null), true)
    assert.equal(has(days, '2026-11-20', '2026-11-23', null), false)
  })

  it('knows when a day begins', () => {
    const early = { interval: 'day', at: '03:30' }
    assert.equal(has(early, '2026-11-21', '2026-11-22T03:29', null), true)
    assert.equal(has(early, '2026-11-21', '2026-11-22T03:30', null), false)
    assert.equal(has(early, '2026-11-22', null, '2026-11-22T03:30'), false)
  })

  it('leaves out a live file that has begun later, in no doubt', () => {
    const { schedule } = resolveRotate({ utc: true, interval: 'day' })
    const live = (until, mtime, birthtime, newest = null, plan = schedule) =>
      isLiveFrom({ since: -Infinity, until: at(until) }, plan, newest && parsePeriod(newest), {
        mtimeMs: at(mtime),
        birthtimeMs: birthtime === null ? 0 : at(birthtime),
      })
    assert.equal(live('2026-11-22', '2026-11-22T08', '2026-11-22T00:01'), false)
    assert.equal(live('2026-11-22', '2026-11-22T08', '2026-11-21T23:59'), true, 'its end was cut later')
    assert.equal(live('2026-11-22', '2026-11-21T08', '2026-11-23'), true, 'it was copied')
    assert.equal(live('2026-11-22', '2026-11-22T08', null), true, 'unknown')
    assert.equal(live('2026-11-22', '2026-11-22T08', null, '2026-11-22'), false, 'an archive is as late')
    const { schedule: bySize } = resolveRotate({ utc: true, size: '1MB' })
    assert.equal(live('2026-11-22', '2026-11-22T08', '2026-11-22T08', '2026-11-20', bySize), true)
    assert.equal(live('2026-11-22', '2026-11-22T08', '2026-11-22T08', '2026-11-22', bySize), false)
  })

  it('takes an hour that the clock repeats as one of two hours', (t) => {
    const zone = process.env.TZ
    t.after(() => {
      if (zone === undefined) delete process.env.TZ
      else process.env.TZ = zone
    })
    process.env.TZ = 'Europe/Berlin'
    const { schedule } = resolveRotate({ interval: 'hour' })
    const end = endOfName(schedule, parsePeriod('2026-10-25T02'))
    assert.equal(new Date(end).toISOString(), '2026-10-25T02:00:00.000Z')
    assert.equal(readMoment('2026-10-25T03:00', false).start, end)
  })
})

describe('times on the command line', () => {
  it('what is taken', () => {
    const iso = (text) => {
      const { start, end } = readMoment(text, true)
      return [new Date(start).toISOString(), new Date(end).toISOString()]
    }
    assert.deepEqual(iso('2026-11'), ['2026-11-01T00:00:00.000Z', '2026-12-01T00:00:00.000Z'])
    assert.deepEqual(iso('2026-W47'), ['2026-11-16T00:00:00.000Z', '2026-11-23T00:00:00.000Z'])
    assert.deepEqual(iso('2026-11-22'), ['2026-11-22T00:00:00.000Z', '2026-11-23T00:00:00.000Z'])
    assert.deepEqual(iso('2026-11-22T10'), ['2026-11-22T10:00:00.000Z', '2026-11-22T11:00:00.000Z'])
    for (const text of ['2026-11-22T10:30', '2026-11-22 10:30:00', '2026-11-22T11:30:00.000+01:00'])
      assert.deepEqual(iso(text), ['2026-11-22T10:30:00.000Z', '2026-11-22T10:30:00.000Z'])
  })

  const WRONG = [
    '',
    'yesterday',
    '2026',
    '2026-11-31',
    '2026-02-29T10:00',
    '2026-11-22T25',
    '2026-11-22T10:60',
  ]
  for (const text of [...WRONG, '22.11.2026', '2026-W54', '2026-11-22T10Z', '2026-11-22T10:30+25']) {
    it(`what is not: '${text}'`, async (t) => {
      const folder = folderOfArchives(t, DAYS)
      for (const flag of ['since', 'until']) {
        const { code, stdout, stderr } = await run(['cat', `--${flag}=${text}`, join(folder, 'app.log')])
        assert.deepEqual({ code, stdout }, { code: 2, stdout: '' })
        assert.ok(stderr.includes(`Expected --${flag} to be a date or time like '2026-11-22', `), stderr)
        assert.ok(stderr.includes(`got '${text}'`), stderr)
      }
    })
  }

  it('a range that ends before it begins', async (t) => {
    const folder = folderOfArchives(t, DAYS)
    const flags = ['--since', '2026-11-22', '--until', '2026-11-20']
    const { code, stderr } = await run(['cat', ...flags, join(folder, 'app.log')])
    assert.equal(code, 2)
    assert.match(stderr, /Expected --since to be before --until, got '2026-11-22' and '2026-11-20'/)
  })
})
