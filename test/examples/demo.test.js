// The demo, in a shorter form: it ends by itself, finds its log complete and leaves nothing behind.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, it } from 'node:test'
import { fileURLToPath } from 'node:url'

const file = fileURLToPath(new URL('../../examples/demo/run.js', import.meta.url))
let folder
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'choose-l2-demo-test-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function startDemo(...args) {
  const env = { ...process.env, TMPDIR: folder }
  return spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'inherit'], env })
}

it('the demo serves requests, checks its log and leaves nothing behind', async () => {
  const demo = startDemo('--seconds', '3')
  const ended = once(demo, 'close')
  const output = Buffer.concat(await demo.stdout.toArray()).toString()
  assert.deepEqual(await ended, [0, null], output)
  assert.match(output, /✓ every line is whole, valid JSON and in order/)
  assert.match(output, /The log is complete\./)
  assert.doesNotMatch(output, /✗/)
  assert.ok(!output.includes('\u001B'), 'plain text where output is not a terminal')
  assert.deepEqual(readdirSync(folder), [])
})

it('an interrupted demo leaves nothing behind', async () => {
  const demo = startDemo()
  const ended = once(demo, 'close')
  await once(demo.stdout, 'data')
  demo.kill('SIGINT')
  demo.stdout.resume()
  assert.deepEqual(await ended, [130, null])
  assert.deepEqual(readdirSync(folder), [])
})

it('the demo keeps its log where it is told to', async () => {
  const demo = startDemo('--seconds', '1', '--keep', join(folder, 'kept.log'))
  const ended = once(demo, 'close')
  const output = Buffer.concat(await demo.stdout.toArray()).toString()
  assert.deepEqual(await ended, [0, null], output)
  assert.deepEqual(readdirSync(folder), ['kept.log'])
})
