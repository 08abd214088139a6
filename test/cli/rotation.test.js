// `choose-l2 write` as a replacement for svlogd, multilog, rotatelogs: files over time in a pipe.

import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { canMap } from '../helpers/kinds.js'
import { archivesOf, hundredByteLines, largestOf, textsOf } from '../helpers/rotated.js'
import { tempFolder } from '../helpers/temp-folder.js'
import { until } from '../helpers/until.js'
import { run, start } from './command.js'

const LINES = hundredByteLines(2000)
const INPUT = LINES.map((line) => `${line}\n`).join('')

it('--rotate with a size: no file is larger, and every line is there', async (t) => {
  for (const [size, bytes] of [
    ['20480', 20_480],
    ['20KB', 20_000],
    ['20k', 20_000],
    ['20KiB', 20_480],
  ]) {
    const path = join(tempFolder(t), 'app.log')
    const { code, stderr } = await run(['write', '-q', '--rotate', size, '--keep', 'all', path], INPUT)
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    assert.equal(textsOf(path).join(''), INPUT)
    assert.ok(largestOf(textsOf(path)) <= bytes)
    assert.ok(archivesOf(path).length >= Math.floor(199_999 / bytes))
  }
})

it('--keep keeps so many archives', async (t) => {
  const path = join(tempFolder(t), 'app.log')
  await run(['write', '-q', '-r', '10KB', '-k', '2', path], INPUT)
  assert.equal(archivesOf(path).length, 2)
})

it('an interval and a size in one flag; the other flags', async (t) => {
  const folder = tempFolder(t)
  const [path, link] = [join(folder, 'app.log'), join(folder, 'current')]
  const flags = ['--rotate', 'day 10KB', '--at', '03:30', '--utc', '--max-age', '7d', '--max-total', '1GB']
  flags.push(
    '--min-free',
    '1',
    '--delete-when-full',
    '--keep-extension',
    '--symlink',
    link,
    '--header',
    '# h',
  )
  const { code, stderr } = await run(['write', '-q', ...flags, path], INPUT)
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
  assert.equal(statSync(link).ino, statSync(path).ino)
  const texts = [...archivesOf(path, true), path].map((file) => readFileSync(file, 'utf8'))
  assert.ok(texts.every((text) => text.startsWith('# h\n')))
  assert.equal(texts.map((text) => text.slice(4)).join(''), INPUT)
})

it('--rotate-on-start begins with a new file', async (t) => {
  const path = join(tempFolder(t), 'app.log')
  for (const text of ['a\n', 'b\n']) await run(['write', '-q', '--rotate-on-start', path], text)
  assert.deepEqual(textsOf(path), ['a\n', 'b\n'])
})

for (const signal of ['SIGHUP', 'SIGALRM']) {
  it(`${signal} begins a new file, and the command goes on`, async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const command = start(['write', '-q', '--type', 'line', '--rotate', 'month', path])
    command.child.stdin.write('a\n')
    await until(() => sizeOf(path) === 2)
    command.child.kill(signal)
    await until(() => archivesOf(path).length === 1 && sizeOf(path) === 0)
    command.child.stdin.end('b\n')
    const { code } = await command.ended
    assert.equal(code, 0)
    assert.deepEqual(textsOf(path), ['a\n', 'b\n'])
  })
}

it('--lock refuses a second command, and says who has the log', { skip: !canMap }, async (t) => {
  const path = join(tempFolder(t), 'app.log')
  const first = start(['write', '-q', '--type', 'line', '--lock', path])
  first.child.stdin.write('a\n')
  await until(() => sizeOf(path) === 2)
  const { code, stderr } = await run(['write', path], 'b\n')
  assert.equal(code, 3)
  assert.match(stderr, new RegExp(`process ${first.child.pid} keeps it`))
  first.child.stdin.end()
  await first.ended
})

describe('a mistake', () => {
  for (const [flags, expected] of [
    [['--rotate', 'daily'], /--rotate to be a size, an interval or both, like 100MB, day, 6h or 'day 100MB'/],
    [['--rotate', ''], /--rotate to be a size, an interval or both/],
    [['--rotate', '10MB 20MB'], /--rotate to be a size, an interval or both/],
    [['--rotate', '1ms'], /--rotate to be a number >= 1000/],
    [['--rotate', 'day', '--at', '25:00'], /--at to be a time of day like '03:30'/],
    [['--rotate', '1MB', '--keep', '-1'], /--keep/],
    [['--rotate', '1MB', '--max-age', 'old'], /--max-age to be milliseconds, or a time like '30d'/],
    [['--rotate', '1MB', '--compress', 'rar'], /--compress to be gzip or zstd/],
  ]) {
    it(flags.join(' '), async (t) => {
      const path = join(tempFolder(t), 'app.log')
      const { code, stderr } = await run(['write', ...flags, path], 'a\n')
      assert.equal(code, 2)
      assert.match(stderr, expected)
    })
  }

  it('a target that cannot rotate', async () => {
    const { code, stderr } = await run(['write', '--rotate', '1MB', '-'], 'a\n')
    assert.equal(code, 2)
    assert.match(stderr, /path of a regular file, for the option rotate/)
  })
})

function sizeOf(path) {
  return statSync(path, { throwIfNoEntry: false })?.size
}
