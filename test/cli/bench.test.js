// The subcommand `bench`: what it says with tiny sizes, and that it leaves nothing behind however it ends.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { report } from '../../build/cli/bench/report.js'
import { run, start } from './command.js'
import { tempFolder } from '../helpers/temp-folder.js'

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const folder = tempFolder()
const fresh = () => mkdtempSync(join(folder, 'bench-'))
const TINY = ['--lines', '1000']

it('measures every writer and what it is compared with, several times', async () => {
  const place = fresh()
  const { code, stdout, stderr } = await run(['bench', '--json', ...TINY, place])
  assert.equal(stderr, '')
  assert.equal(code, 0)
  const result = JSON.parse(stdout)
  assert.equal(result.folder, place)
  const rows = new Map(result.rows.map((row) => [row.name, row]))
  for (const name of ['block writer', 'line writer', 'writeSync, each line']) {
    const { linesPerSecond, sendP50, sendP999 } = rows.get(name)
    assert.ok(linesPerSecond.min > 0 && linesPerSecond.min <= linesPerSecond.median)
    assert.ok(linesPerSecond.median <= linesPerSecond.max)
    assert.ok(sendP50 <= sendP999)
  }
  assert.equal(rows.get('writeSync, 64 KB').sendP50, null)
  assert.equal(rows.size, 5)
  assert.ok(result.fdatasyncMs >= 0)
  assert.deepEqual(readdirSync(place), [])
})

it('tells what this folder or this Node cannot offer, and measures the rest', async () => {
  const place = fresh()
  const env = { ...process.env, NODE_OPTIONS: '--no-addons' }
  const { code, stdout, stderr } = await run(['bench', ...TINY, place], '', { env })
  assert.equal(stderr, '')
  assert.equal(code, 0)
  assert.match(stdout, /^block writer {2,}\d/m)
  assert.match(stdout, /^mmap writer +not here: this process does not allow native addons/m)
  assert.match(stdout, /^Crash safety: not available here: this process does not allow native addons$/m)
  assert.equal(stdout.includes('\u001b'), false)
  assert.deepEqual(readdirSync(place), [])
})

describe('a signal ends it, and its files are gone', () => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    it(signal, async () => {
      const place = fresh()
      const watcher = watch(place)
      const command = start(['bench', place])
      await once(watcher, 'change') // it has made its files
      watcher.close()
      command.child.kill(signal)
      const ended = await command.ended
      assert.equal(ended.signal, signal)
      assert.equal(ended.stdout, '')
      assert.deepEqual(readdirSync(place), [])
    })
  }
})

it('a file that may not grow is told, with exit code 1, and is gone', () => {
  const place = fresh()
  const limited = 'ulimit -f 100 && exec "$@"' // at most 102,400 bytes
  const args = ['-c', limited, 'sh', process.execPath, MAIN, 'bench', ...TINY, place]
  const { status, stdout, stderr } = spawnSync('sh', args, { encoding: 'utf8' })
  assert.match(stderr, /^choose-l2: Could not measure 'writeSync, 64 KB': EFBIG/)
  assert.deepEqual([status, stdout], [1, ''])
  assert.deepEqual(readdirSync(place), [])
})

describe('what it cannot start with', () => {
  const file = join(folder, 'file')
  writeFileSync(file, '')
  const missing = join(folder, 'missing')
  const cases = [
    ['a folder that is not there', [missing], 3, /^choose-l2: Cannot write to .*missing: ENOENT/],
    ['a file', [file], 3, /^choose-l2: Cannot write to .*file: ENOTDIR/],
    ['two folders', [folder, missing], 2, /Expected one folder, got also '.*missing'/],
    ['too few lines', ['--lines', '999', folder], 2, /Expected --lines to be at least 1000, got '999'/],
    [
      'more lines than the disk has room for',
      ['-n', '1000000000000', folder],
      3,
      /expected 107 TB of free space, got/,
    ],
  ]
  for (const [name, args, exitCode, message] of cases) {
    it(name, async () => {
      const { code, stdout, stderr } = await run(['bench'].concat(args))
      assert.match(stderr, message)
      assert.equal(stderr.split('\n').length, 2)
      assert.deepEqual([code, stdout], [exitCode, ''])
    })
  }
})

it('shows bars on a terminal only, and colours only where it has them', () => {
  const row = {
    name: 'block writer',
    linesPerSecond: { median: 5e6, min: 4e6, max: 6e6 },
    sendP50: 44,
    sendP999: 75_764,
  }
  const result = {
    folder: '/f',
    node: 'v20.20.2',
    machine: '2 x Some CPU',
    date: '2026-03-04T05',
    rows: [row],
  }
  const shown = (stream) => report({ ...result, fdatasyncMs: 1.234, notCrashSafeBecause: null }, stream)
  const plain = shown({ isTTY: false })
  assert.match(plain, /^block writer +5\.0 +4\.0 - 6\.0 +44 ns +76 µs$/m)
  assert.match(plain, /^fdatasync after a line: 1\.23 ms$/m)
  assert.match(shown({ isTTY: true, hasColors: () => false }), /76 µs {2}█{16}$/m)
  assert.equal(shown({ isTTY: true, hasColors: () => true }).includes('\u001b[36m  █'), true)
})
