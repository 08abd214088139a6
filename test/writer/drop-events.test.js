// The owner of a writer hears of every drop, on whatever thread it happened: the events add up to the metrics, and the
// last one comes before stop resolves. In the mode manual nothing is written meanwhile.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { BlockBufferedWriter, createWriter, Q } from 'choose-l2'
import { tempFolder } from '../helpers/temp-folder.js'
import { until } from '../helpers/until.js'

const THREAD = new URL('../programs/dropping-thread.js', import.meta.url)
const OPTIONS = { queueSize: 10, mode: 'manual' }

for (const policy of ['drop_newest', 'drop_oldest', 'warn']) {
  for (const thread of [true, false]) {
    describe(`${policy}, ${thread ? 'a thread of its own' : 'without a thread'}`, () => {
      test('drops of attached threads are told while they run', async (t) => {
        const writer = createWriter(join(tempFolder(t), 'app.log'), { ...OPTIONS, policy, thread })
        const heard = listen(writer)
        const threads = [1, 2].map(() => startThread(t, { handle: writer.handle, policy }))
        await until(() => heard.lines === 180)
        assert.equal(writer.metrics.dropped, 180)
        for (let n = 0; n < 30; n++) writer.send(`line ${n}`)
        await end(threads)
        assert.equal(await writer.stop(Infinity), true)
        expectAllTold(writer, heard, 200)
      })

      test('drops of Q.put on another thread are told while it runs', async (t) => {
        const q = new Q(10)
        const path = join(tempFolder(t), 'app.log')
        const writer = new BlockBufferedWriter(q, path, 'manual', { policy, thread })
        const heard = listen(writer)
        const threads = [startThread(t, { qHandle: q.handle, policy })]
        await until(() => heard.lines === 90)
        await end(threads)
        assert.equal(await writer.stop(Infinity), true)
        expectAllTold(writer, heard, 90)
      })

      test('drops in the last moment are told before stop resolves', async (t) => {
        const writer = createWriter(join(tempFolder(t), 'app.log'), { ...OPTIONS, policy, thread })
        const heard = listen(writer)
        let isClosed = false
        writer.on('close', () => (isClosed = true))
        for (let n = 0; n < 25; n++) writer.send(`line ${n}`)
        assert.equal(await writer.stop(Infinity), true)
        expectAllTold(writer, heard, 15)
        assert.equal(isClosed, true)
      })
    })
  }
}

function listen(writer) {
  const heard = { lines: 0 }
  writer.on('drop', ({ lines }) => {
    assert.ok(lines > 0)
    heard.lines += lines
  })
  return heard
}

function startThread(t, workerData) {
  const worker = new Worker(THREAD, { workerData, execArgv: ['--no-warnings'] })
  t.after(() => worker.terminate())
  return worker
}

/** Lets the threads end by themselves. */
async function end(threads) {
  for (const worker of threads) worker.postMessage('end')
  await Promise.all(threads.map((worker) => once(worker, 'exit')))
}

function expectAllTold(writer, heard, dropped) {
  assert.equal(writer.metrics.dropped, dropped)
  assert.equal(heard.lines, dropped)
}
