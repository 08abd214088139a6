// A signal that arrives while a call waits for room reaches the process, although its event loop does not turn.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { checkNumbered } from '../helpers/numbered-lines.js'
import { startProgram } from '../helpers/program.js'
import { sleepingFifo } from '../helpers/sleeping-fifo.js'
import { tempFolder } from '../helpers/temp-folder.js'

test('a handler added in the tick of a long wait for room has the signal', async (t) => {
  const { path, read } = sleepingFifo(t)
  const { child, done, says } = startProgram(t, 'handler-before-wait.js', [path])
  await says('sending')
  child.kill('SIGTERM')
  const [content, { code, signal }] = await Promise.all([read(), done])
  assert.deepEqual({ code, signal }, { code: 7, signal: null })
  assert.equal(checkNumbered(content).get(0).length, 20_000)
})

for (const when of ['before', 'during']) {
  test(`a signal that comes ${when} a long wait for room ends the process once all accepted lines are written`, async (t) => {
    const { path, read } = sleepingFifo(t)
    const { child, done, says } = startProgram(t, 'signal-before-wait.js', [path, when])
    await says('sending')
    if (when === 'during') child.kill('SIGTERM')
    const [content, { signal, stdout }] = await Promise.all([read(), done])
    assert.equal(signal, 'SIGTERM')
    const accepted = Number(stdout.trim().split('\n').at(-1))
    assert.ok(accepted >= 100, 'more than the queue holds')
    assert.ok(checkNumbered(content).get(0).length >= accepted)
  })
}

test('a signal ends a process whose line can never get into the queue', async (t) => {
  const folder = join(tempFolder(t), 'queues')
  const { child, done, says } = startProgram(t, 'line-without-room.js', [
    join(tempFolder(t), 'app.log'),
    folder,
  ])
  await says('sending')
  child.kill('SIGTERM')
  assert.equal((await done).signal, 'SIGTERM')
})

for (const how of ['put', 'attached']) {
  test(`a signal ends a process that waits for room beside a writer of its own (${how})`, async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const { child, done, says } = startProgram(t, 'blocked-beside-a-writer.js', [how, path])
    await says('sending')
    child.kill('SIGTERM')
    assert.equal((await done).signal, 'SIGTERM')
  })
}

test('the lines of other writers are in their log then', async (t) => {
  const path = join(tempFolder(t), 'app.log')
  const { child, done, says } = startProgram(t, 'blocked-beside-a-writer.js', ['send', path])
  await says('sending')
  child.kill('SIGTERM')
  assert.equal((await done).signal, 'SIGTERM')
  assert.equal(readFileSync(path, 'utf8'), 'from the owner\nfrom an attached\n')
})

test('a signal ends a process that waits in flushSync', async (t) => {
  const { child, done, says } = startProgram(t, 'blocked-beside-a-writer.js', ['flushSync', '/dev/null'])
  await says('sending')
  child.kill('SIGTERM')
  assert.equal((await done).signal, 'SIGTERM')
})
