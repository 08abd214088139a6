// What goes in comes out, byte for byte, under every writer, mode and size of queue.

import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { run } from './command.js'
import { tempFolder } from '../helpers/temp-folder.js'

const folder = tempFolder()
const NUMBERED = Array.from({ length: 200_000 }, (_, n) => `line ${n}\n`).join('')
let files = 0

/** Runs `write` with these flags on a fresh log; returns the bytes of the log. */
async function written(flags, input) {
  const log = join(folder, `${++files}.log`)
  const { code, stdout, stderr } = await run(['write', '--quiet', ...flags, log], input)
  assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: '', stderr: '' })
  return readFileSync(log)
}

describe('every line of a large input is in the log', () => {
  const ways = [
    [],
    ['--type', 'line'],
    ['--mode', 'loop', '--flush-interval', '10ms'],
    ['--mode', 'manual'],
    ['--no-thread'],
    ['--no-crash-safe'],
    ['--queue-size', '0'],
    ['--queue-size', '100', '--batch-size', '10'],
    ['--queue-bytes', '4K'],
  ]
  for (const flags of ways) {
    it(`write ${flags.join(' ')}`, async () => {
      assert.ok((await written(flags, NUMBERED)).equals(Buffer.from(NUMBERED)))
    })
  }
})

it('bytes are not decoded', async () => {
  const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, n) => (n * 7 + (n >> 8)) % 256))
  const expected = Buffer.concat([bytes, Buffer.from('\n')])
  assert.notEqual(bytes.at(-1), 0x0a)
  assert.ok((await written([], bytes)).equals(expected))
})

it('a last line without a line end gets one', async () => {
  assert.equal((await written([], 'one\ntwo')).toString(), 'one\ntwo\n')
})

it('an empty input makes an empty log, and empty lines stay', async () => {
  assert.equal((await written([], '')).length, 0)
  assert.equal((await written([], '\n\n')).toString(), '\n\n')
})

it('a line larger than the queue arrives whole, between its neighbours', async () => {
  const input = `before\n${'long '.repeat(2_000_000)}\nafter\n`
  assert.ok((await written(['--queue-bytes', '64K'], input)).equals(Buffer.from(input)))
})

it('a queue of one line, or of three bytes, loses nothing', async () => {
  const input = Array.from({ length: 300 }, (_, n) => `${n}\n`).join('')
  assert.equal((await written(['--queue-size', '1'], input)).toString(), input)
  assert.equal((await written(['--queue-bytes', '3'], input)).toString(), input)
})

it('the log is appended to, or emptied first', async () => {
  const log = join(folder, 'kept.log')
  writeFileSync(log, 'old\n')
  await run(['write', log], 'new\n')
  assert.equal(readFileSync(log, 'utf8'), 'old\nnew\n')
  await run(['write', '--truncate', log], 'only\n')
  assert.equal(readFileSync(log, 'utf8'), 'only\n')
})

it('missing folders are created, unless told not to, and the permissions are as asked for', async () => {
  const log = join(folder, 'a/b/app.log')
  const refused = await run(['write', '--no-mkdir', log], 'x\n')
  assert.equal(refused.code, 3)
  assert.match(refused.stderr, /^choose-l2: Could not open .*ENOENT/)
  await run(['write', '--file-mode', '600', log], 'x\n')
  assert.equal(statSync(log).mode & 0o777, 0o600)
})

it('a log that cannot be opened is told with its path, and exit code 3', async () => {
  const path = join(folder, 'folder')
  mkdirSync(path)
  const { code, stderr } = await run(['write', path], 'x\n')
  assert.equal(code, 3)
  assert.ok(stderr.startsWith(`choose-l2: Could not open ${path}: EISDIR`), stderr)
})
