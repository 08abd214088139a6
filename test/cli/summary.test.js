// What the command says at its end, to people and to programs.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { run } from './command.js'
import { tempFolder } from '../helpers/temp-folder.js'

const folder = tempFolder()
const log = join(folder, 'app.log')

it('the summary is one line on standard error', async () => {
  const { code, stdout, stderr } = await run(['write', log], 'a\nb\n')
  assert.equal(code, 0)
  assert.equal(stdout, '')
  assert.match(stderr, /^choose-l2: 2 lines, 4 B in [\d.]+ s \(.+\/s\) to .+app\.log\n$/)
})

it('with --json it is an object on standard output', async () => {
  const { stdout, stderr } = await run(['write', '--json', '--truncate', log], 'a\nb\nc')
  const { seconds, waitedSeconds, ...numbers } = JSON.parse(stdout)
  assert.equal(stderr, '')
  assert.deepEqual([typeof seconds, typeof waitedSeconds], ['number', 'number'])
  const nothing = { dropped: 0, kept: 0, unwritten: 0, errors: 0, cut: 0, signal: null }
  assert.deepEqual(numbers, { target: log, lines: 3, written: 3, bytes: 6, ...nothing, complete: true })
})

it('when the log goes to standard output, the object goes to standard error', async () => {
  const { stdout, stderr } = await run(['write', '--json', '-'], 'a\n')
  assert.equal(stdout, 'a\n')
  assert.equal(JSON.parse(stderr).target, 'fd:1')
})

it('dropped lines are counted, marked in the log, and make exit code 1', async () => {
  const input = Array.from({ length: 50_000 }, (_, n) => `${n}\n`).join('')
  const flags = ['--json', '--truncate', '--policy', 'drop-newest', '--queue-size', '5', '--mode', 'manual']
  const { code, stdout } = await run(['write', ...flags, '--drop-marker', log], input)
  const { lines, written, dropped, complete } = JSON.parse(stdout)
  assert.deepEqual(
    { lines, written, dropped, complete },
    { lines: 50_000, written: 5, dropped: 49_995, complete: false },
  )
  assert.equal(code, 1)
  assert.match(
    readFileSync(log, 'utf8'),
    /^0\n1\n2\n3\n4\n\[choose-l2: 49995 lines dropped here within \d+ ms\]\n$/,
  )
})
