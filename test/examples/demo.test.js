// The demo, in a shorter form: it ends by itself, finds its log complete, also after SIGKILL, and leaves nothing behind.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { until } from '../helpers/until.js'
import { tempFolder } from '../helpers/temp-folder.js'

const file = fileURLToPath(new URL('../../examples/demo/run.js', import.meta.url))
let folder
beforeEach(() => {
  folder = tempFolder()
})

function startDemo(...args) {
  return startDemoWith({}, ...args)
}

function startDemoWith(variables, ...args) {
  const env = { ...process.env, TMPDIR: folder, ...variables }
  return spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'inherit'], env })
}

it('the demo serves requests, checks its log and leaves nothing behind', async () => {
  const demo = startDemo('--seconds', '3')
  const ended = once(demo, 'close')
  const output = Buffer.concat(await demo.stdout.toArray()).toString()
  assert.deepEqual(await ended, [0, null], output)
  assert.match(output, /✓ every line is whole, valid JSON and in order/)
  assert.match(output, /✓ ended by SIGKILL: ([\d,]+) requests were answered, \1 of them are in the log/)
  assert.match(output, /✓ after recover\(\), none of its [\d,]+ lines is torn, out of order or there twice/)
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

it('a demo that is interrupted while the server to be killed runs leaves nothing behind', async () => {
  const demo = startDemo('--seconds', '1')
  const ended = once(demo, 'close')
  demo.stdout.resume()
  const isQueue = (name) => /\.killed\.log\.\w+\.queue$/.test(name)
  await until(() => demo.exitCode !== null || readdirSync(folder, { recursive: true }).some(isQueue))
  demo.kill('SIGINT')
  assert.deepEqual(await ended, [130, null])
  assert.deepEqual(readdirSync(folder), [])
})

it('where a queue cannot survive its process, the demo says why and does not try', async () => {
  const demo = startDemoWith({ NODE_OPTIONS: '--no-addons' }, '--seconds', '1')
  const ended = once(demo, 'close')
  const output = Buffer.concat(await demo.stdout.toArray()).toString()
  assert.deepEqual(await ended, [0, null], output)
  assert.match(
    output,
    /not tried: a queue here would not survive it, as this process does not allow native addons/,
  )
  assert.doesNotMatch(output, /SIGKILL/)
  assert.deepEqual(readdirSync(folder), [])
})

it('the demo keeps its log where it is told to', async () => {
  const demo = startDemo('--seconds', '1', '--keep', join(folder, 'kept.log'))
  const ended = once(demo, 'close')
  const output = Buffer.concat(await demo.stdout.toArray()).toString()
  assert.deepEqual(await ended, [0, null], output)
  assert.deepEqual(readdirSync(folder), ['kept.log'])
})
