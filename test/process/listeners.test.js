// What writers leave on the process object: the same few listeners for all of them, and nothing after the last stop.

import assert from 'node:assert/strict'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createWriter } from 'choose-l2'
import { tempFolder } from '../helpers/temp-folder.js'

const EVENTS = [
  'exit',
  'SIGTERM',
  'SIGINT',
  'SIGHUP',
  'newListener',
  'removeListener',
  'beforeExit',
  'warning',
]

test('a thousand writers add two exit listeners, and take them away again', async (t) => {
  // One descriptor for all of them: a thousand files may be more than the system allows.
  const fd = openSync(join(tempFolder(t), 'app.log'), 'a')
  t.after(() => closeSync(fd))
  const before = listeners()
  const writers = Array.from({ length: 1000 }, (_, n) =>
    createWriter(fd, { thread: n < 10, queueBytes: 4096, lanes: 1 }),
  )
  const during = listeners()
  assert.equal(during.exit, before.exit + 2) // one before all others and one after them
  for (const event of EVENTS.filter((name) => name !== 'exit'))
    assert.ok(during[event] <= before[event] + 1, `at most one for ${event}`)
  for (const [n, writer] of writers.entries()) writer.send(`line ${n}`)
  const stopped = await Promise.all(writers.map((writer) => writer.stop(Infinity)))
  assert.ok(stopped.every(Boolean))
  assert.deepEqual(listeners(), before)
})

test('a writer that is told not to handle signals adds no listener for them', async (t) => {
  const before = listeners()
  const writer = createWriter(join(tempFolder(t), 'app.log'), { handleSignals: false })
  assert.deepEqual({ ...listeners(), exit: before.exit }, before)
  await writer.stop()
  assert.deepEqual(listeners(), before)
})

test('a constructor that throws leaves no listener behind', () => {
  const before = listeners()
  assert.throws(() => createWriter('/'), { code: 'ERR_OPEN_FAILED' })
  assert.throws(() => createWriter('app.log', { batchSize: 0 }), { code: 'ERR_INVALID_ARGUMENT' })
  assert.deepEqual(listeners(), before)
})

function listeners() {
  return Object.fromEntries(EVENTS.map((event) => [event, process.listenerCount(event)]))
}
