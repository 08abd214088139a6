// The subcommand `archives`: what it lists, in which order, and what retention would do.

import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { inspect } from 'node:util'
import { createWriter } from 'choose-l2'
import { canCompress } from '../../../build/log/rotation/compress-archive.js'
import { run } from '../command.js'
import { tempFolder } from '../../helpers/temp-folder.js'
import { addForeign, folderOfArchives } from './folder-of-archives.js'

async function list(log, ...flags) {
  const { code, stdout, stderr } = await run(['archives', '--json', ...flags, log])
  assert.equal(stderr, '')
  assert.equal(code, 0)
  return JSON.parse(stdout)
}

const files = ({ archives }) => archives.map(({ file }) => file)

describe('the list', () => {
  it('has the oldest first, 10 behind 2, and nothing that only looks like an archive', async (t) => {
    const names = ['2026-11-20.2', '2026-11-20.10', '2026-11-21.1', '2026-11-20T05.1', '2026-W46.1']
    const folder = folderOfArchives(t, Object.fromEntries(names.map((name) => [`app.log.${name}`, 'a\n'])))
    addForeign(folder)
    const listing = await list(join(folder, 'app.log'))
    assert.equal(listing.live, null)
    assert.deepEqual(files(listing), [
      'app.log.2026-W46.1',
      'app.log.2026-11-20.2',
      'app.log.2026-11-20.10',
      'app.log.2026-11-20T05.1',
      'app.log.2026-11-21.1',
    ])
  })

  it('says period, size, lines and form', async (t) => {
    const folder = folderOfArchives(t, { 'app.log.2026-11-20.1': 'a\nb\nand a part', 'app.log': 'x\ny\n' })
    const log = join(folder, 'app.log')
    assert.deepEqual(await list(log, '--utc'), {
      log,
      live: { file: 'app.log', bytes: 4, lines: 2 },
      archives: [
        {
          file: 'app.log.2026-11-20.1',
          period: '2026-11-20',
          start: '2026-11-20T00:00:00.000Z',
          sequence: 1,
          form: 'plain',
          bytes: 14,
          lines: 2,
          deletion: null,
        },
      ],
    })
  })

  it('counts the lines of compressed archives only on request', async (t) => {
    const big = 'line\n'.repeat(500_000)
    const folder = folderOfArchives(t, { 'app.log.2026-11-20.1.gz': big, 'app.log.2026-11-20.2': big })
    const lines = ({ archives }) => archives.map(({ lines }) => lines)
    assert.deepEqual(lines(await list(join(folder, 'app.log'))), [null, 500_000])
    assert.deepEqual(lines(await list(join(folder, 'app.log'), '--lines')), [500_000, 500_000])
  })

  it('counts those of zstd archives too', { skip: !canCompress('zstd') }, async (t) => {
    const folder = folderOfArchives(t, { 'app.log.2026-11-20.1.zst': 'line\n'.repeat(500_000) })
    const { archives } = await list(join(folder, 'app.log'), '--lines')
    assert.deepEqual([archives[0].form, archives[0].lines], ['zst', 500_000])
  })

  it('has an archive in both forms once, with the size of both and the lines of one', async (t) => {
    const folder = folderOfArchives(t, {
      'app.log.2026-11-20.1': 'a\nb\n',
      'app.log.2026-11-20.1.gz': 'a\nb\n',
      'app.log.2026-11-20.2': 'c\n',
    })
    writeFileSync(join(folder, 'app.log.2026-11-20.2.gz.tmp'), 'half')
    writeFileSync(join(folder, 'app.log.2026-11-20.3.gz.tmp'), 'half of what is gone')
    const { archives } = await list(join(folder, 'app.log'), '--lines')
    assert.deepEqual(
      archives.map(({ form, lines }) => [form, lines]),
      [
        ['plain+gz', 2],
        ['plain+gz.tmp', 1],
        ['gz.tmp', null],
      ],
    )
    assert.equal(archives[1].bytes, 6)
  })

  it('has archives that keep the extension only with --keep-extension', async (t) => {
    const folder = folderOfArchives(t, { 'app-2026-11-20.1.log': '', 'app.log.2026-11-20.1': '' })
    assert.deepEqual(files(await list(join(folder, 'app.log'))), ['app.log.2026-11-20.1'])
    assert.deepEqual(files(await list(join(folder, 'app.log'), '--keep-extension')), ['app-2026-11-20.1.log'])
  })

  it('is that of the file behind a link, in its folder', async (t) => {
    const folder = folderOfArchives(t, { 'app.log.2026-11-20.1': 'a\n', 'app.log': 'b\n' })
    mkdirSync(join(folder, 'links'))
    symlinkSync('../app.log', join(folder, 'links', 'current.log'))
    const listing = await list(join(folder, 'links', 'current.log'))
    assert.equal(listing.log, join(folder, 'app.log'))
    assert.deepEqual(files(listing), ['app.log.2026-11-20.1'])
  })

  it('is of an empty log, too', async (t) => {
    const folder = folderOfArchives(t, { 'app.log': '' })
    const listing = await list(join(folder, 'app.log'))
    assert.deepEqual(listing.live, { file: 'app.log', bytes: 0, lines: 0 })
    assert.deepEqual(listing.archives, [])
  })
})

describe('what retention would delete', () => {
  const FIVE = Object.fromEntries([1, 2, 3, 9, 10].map((n) => [`app.log.2026-11-20.${n}`, 'x'.repeat(100)]))
  const deletions = ({ archives }) => archives.map(({ deletion }) => deletion)

  it('nothing without limits', async (t) => {
    const folder = folderOfArchives(t, { ...FIVE, 'app.log': 'x' })
    assert.deepEqual(deletions(await list(join(folder, 'app.log'))), [null, null, null, null, null])
  })

  it('by number: now, and when the live file is one more', async (t) => {
    const folder = folderOfArchives(t, { ...FIVE, 'app.log': 'x' })
    const listing = await list(join(folder, 'app.log'), '--keep', '3')
    assert.deepEqual(deletions(listing), ['now', 'now', 'next rotation', null, null])
  })

  it('as `write` takes them: all, and sizes without a B', async (t) => {
    const folder = folderOfArchives(t, { ...FIVE, 'app.log': 'x' })
    const listing = await list(join(folder, 'app.log'), '--keep', 'all', '--max-total', '10M')
    assert.deepEqual(deletions(listing), [null, null, null, null, null])
  })

  it('an empty live file does not rotate', async (t) => {
    const folder = folderOfArchives(t, { ...FIVE, 'app.log': '' })
    const listing = await list(join(folder, 'app.log'), '--keep', '5')
    assert.deepEqual(deletions(listing), [null, null, null, null, null])
  })

  it('by size with the live file, and by age', async (t) => {
    const folder = folderOfArchives(t, { ...FIVE, 'app.log': 'x'.repeat(50) })
    const log = join(folder, 'app.log')
    assert.deepEqual(deletions(await list(log, '--max-total', '350B')), ['now', 'now', null, null, null])
    const allNow = Array.from({ length: 5 }, () => 'now')
    assert.deepEqual(deletions(await list(log, '--max-age', '0')), allNow)
    assert.deepEqual(deletions(await list(log, '--min-free', '9000TB')), allNow)
  })
})

describe('the table', () => {
  it('has one line for each, the live file last', async (t) => {
    const folder = folderOfArchives(t, {
      'app.log.2026-11-20.2': 'a\n',
      'app.log.2026-11-20.10': 'b\nc\n',
      'app.log': 'd\n',
    })
    const { stdout } = await run(['archives', '--keep', '1', join(folder, 'app.log')])
    assert.deepEqual(stdout.split('\n'), [
      'period      size  lines  form   file',
      '2026-11-20   2 B      1  plain  app.log.2026-11-20.2   over the limits',
      '2026-11-20   4 B      2  plain  app.log.2026-11-20.10  goes at the next rotation',
      'live         2 B      1  plain  app.log',
      '',
      '2 archives and the live file: 8 B, 4 lines',
      'Retention keeps 1 archive: it deletes 1 when it runs next, and 1 more at the next rotation',
      '',
    ])
  })
})

describe('without flags', () => {
  for (const options of [{ naming: 'numbered' }, { keepExtension: true, interval: 'day', utc: true }]) {
    it(`the names and limits are those of the application, ${JSON.stringify(options)}`, async (t) => {
      const log = join(tempFolder(t), 'app.log')
      const writer = createWriter(log, { rotate: { size: 1000, keep: 3, maxAge: '30d', ...options } })
      for (let n = 0; n < 50; n++) writer.send('x'.repeat(99))
      assert.equal(await writer.stop(Infinity), true)
      const { archives } = await list(log)
      assert.equal(archives.length, 3)
      assert.deepEqual(
        archives.map(({ deletion }) => deletion),
        ['next rotation', null, null],
      )
      const { stdout } = await run(['archives', log])
      assert.match(stdout, /Retention keeps 3 archives, 30 days: it deletes 0 when it runs next, and 1 more/)
      assert.equal((await run(['cat', log])).stdout, `${'x'.repeat(99)}\n`.repeat(40))
      assert.match(inspect(writer), /keep: 3/)
    })
  }
})

describe('mistakes', () => {
  const MISTAKES = [
    [['--keep', 'x'], /Expected --keep to be an integer >= 0, got 'x'/],
    [['--keep', '-1'], /Expected --keep to be an integer >= 0, got -1/],
    [
      ['--max-age', 'soon'],
      /Expected --max-age to be milliseconds, or a time like '30d' or '12h', got 'soon'/,
    ],
    [['--max-total', '10'.repeat(10)], /Expected --max-total to be an integer/],
    [['--min-free', '1X'], /Expected --min-free to be a size in bytes, or a text like '100MB'/],
    [['--interval', 'year'], /Expected --interval to be 'hour', 'day', 'week', 'month', milliseconds, or/],
    [['--at', '3:30'], /Expected --at to be a time of day like '03:30', got '3:30'/],
    [['--at', '03:30'], /Expected --at only with the interval 'day', 'week' or 'month'/],
    [['--kep', '1'], /Did you mean --keep\?/],
  ]
  for (const [args, message] of MISTAKES) {
    it(args.join(' '), async (t) => {
      const folder = folderOfArchives(t, { 'app.log': '' })
      const { code, stdout, stderr } = await run(['archives', ...args, join(folder, 'app.log')])
      assert.match(stderr, message)
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' })
    })
  }

  it('no log, two logs, a folder', async (t) => {
    const folder = tempFolder(t)
    assert.match((await run(['archives'])).stderr, /Expected the path of a log, got nothing/)
    assert.match((await run(['archives', 'a.log', 'b.log'])).stderr, /Expected one path, got also 'b.log'/)
    const { code, stderr } = await run(['archives', folder])
    assert.equal(code, 2)
    assert.match(stderr, /Expected a log, but '.*' is a folder\. See choose-l2 archives --help/)
  })

  it('a log that is not there, nor an archive of it, is exit code 3', async (t) => {
    const folder = tempFolder(t)
    for (const path of ['app.log', 'none/app.log']) {
      const { code, stdout, stderr } = await run(['archives', join(folder, path)])
      assert.deepEqual({ code, stdout }, { code: 3, stdout: '' })
      assert.match(stderr, /^choose-l2: Could not (find|read) .*\n$/)
    }
  })

  it('an archive that is damaged is listed and named, with exit code 1', async (t) => {
    const folder = folderOfArchives(t, { 'app.log.2026-11-20.2': 'a\n' })
    writeFileSync(join(folder, 'app.log.2026-11-20.1.gz'), 'no gzip')
    const { code, stdout, stderr } = await run(['archives', '--lines', join(folder, 'app.log')])
    assert.equal(code, 1)
    assert.match(stderr, /^choose-l2: Could not count the lines of app.log.2026-11-20.1.gz: incorrect header/)
    assert.match(stdout, /gz +app\.log\.2026-11-20\.1\.gz\n2026-11-20 +2 B +1 +plain/)
  })

  it('a folder that may not be read is exit code 3', { skip: process.getuid() === 0 }, async (t) => {
    const folder = folderOfArchives(t, { 'app.log': '' })
    chmodSync(folder, 0o300)
    const { code, stderr } = await run(['archives', join(folder, 'app.log')])
    chmodSync(folder, 0o700)
    assert.equal(code, 3)
    assert.match(stderr, /Could not read .*EACCES/)
  })
})
