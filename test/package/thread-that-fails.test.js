// A writer thread that cannot start costs speed, never lines.

import assert from 'node:assert/strict'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import workerThreads from 'node:worker_threads'
import { createWriter } from 'choose-l2'
import { expectAllLines, lineOf } from '../helpers/numbered-lines.js'
import { tempFolder } from '../helpers/temp-folder.js'
import { until } from '../helpers/until.js'
import { watchWriterThreads } from '../helpers/writer-threads.js'

test('a thread that cannot start is reported once; lines are written meanwhile, and it starts when it can', async (t) => {
  const repair = replaceThreads(t, "throw new Error('broken on purpose')")
  const warnings = []
  const onWarning = ({ code, message }) => warnings.push(`${code} ${message}`)
  process.on('warning', onWarning)
  t.after(() => process.off('warning', onWarning))
  const { threads } = watchWriterThreads(t)

  const path = join(tempFolder(t), 'app.log')
  const writer = createWriter(path, { queueSize: 100 })
  writer.on('error', assert.fail)
  let sent = 0
  for (let starts = 1; starts <= 4; starts++) {
    for (const end = sent + 500; sent < end; sent++) writer.send(lineOf(0, sent))
    assert.equal(await writer.flush(Infinity), true)
    await until(() => threads.length >= starts)
  }
  await until(() => !writer.hasThread)
  assert.equal(warnings.length, 1)
  assert.match(warnings[0], /CHOOSE_L2_NO_THREAD .*broken on purpose/u)

  repair()
  await until(() => writer.hasThread)
  for (const end = sent + 500; sent < end; sent++) writer.send(lineOf(0, sent))
  assert.equal(await writer.stop(Infinity), true)
  expectAllLines(path, sent)
  assert.equal(warnings.length, 1)
})

test('lines do not wait for a thread that takes its time to start', async (t) => {
  replaceThreads(t, 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)')
  const { threads } = watchWriterThreads(t)
  const path = join(tempFolder(t), 'app.log')
  const writer = createWriter(path, { writerType: 'line' })
  for (let n = 0; n < 100; n++) writer.send(lineOf(0, n))
  await until(() => writer.linesWritten === 100)
  assert.equal(writer.hasThread, true, 'it starts')
  expectAllLines(path, 100)
  await threads[0].terminate()
  assert.equal(await writer.stop(Infinity), true)
})

/** Every new thread runs this script, until the function returned is called. */
function replaceThreads(t, script) {
  const { Worker } = workerThreads
  workerThreads.Worker = class extends Worker {
    constructor(_script, options) {
      super(script, options)
    }
  }
  syncBuiltinESMExports()
  const repair = () => {
    workerThreads.Worker = Worker
    syncBuiltinESMExports()
  }
  t.after(repair)
  return repair
}
