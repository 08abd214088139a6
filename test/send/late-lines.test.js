// A line that is put while the queue is being stopped: either put throws, or the reader gets it. Nothing is published
// after a reader was told that the queue has ended, or after a log was closed.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { createWriter, LineBufferedWriter, Q } from 'choose-l2'
import { tempFolder } from '../helpers/temp-folder.js'

const LATE = new URL('../programs/late-thread.js', import.meta.url)
const RACING = new URL('../programs/racing-thread.js', import.meta.url)

test('get waits for a put that began before the stop', async (t) => {
  const q = new Q()
  const { answer } = await startLate(t, { qHandle: q.handle })
  q.stop()
  assert.equal(q.get(), 'late')
  assert.equal(q.get(), null)
  assert.deepEqual(await answer, [true])
})

test('drain waits for it too', async (t) => {
  const q = new Q()
  await startLate(t, { qHandle: q.handle })
  q.stop()
  assert.deepEqual(q.drain(), ['late'])
})

test('a writer that is ended by q.stop() writes it', async (t) => {
  const path = join(tempFolder(t), 'app.log')
  const q = new Q()
  const writer = new LineBufferedWriter(q, path)
  const { answer } = await startLate(t, { qHandle: q.handle })
  q.stop()
  assert.equal(await writer.join(Infinity), true)
  assert.equal(readFileSync(path, 'utf8'), 'late\n')
  assert.deepEqual(await answer, [true])
})

for (const crashSafe of [undefined, false]) {
  test(`a writer that is stopped writes what an attached thread is just handing over: crashSafe ${crashSafe}`, async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const writer = createWriter(path, crashSafe === undefined ? {} : { crashSafe })
    const { answer } = await startLate(t, { handle: writer.handle })
    assert.equal(await writer.stop(Infinity), true)
    assert.equal(readFileSync(path, 'utf8'), 'late\n')
    assert.deepEqual(await answer, [true])
  })
}

test('threads that put at full speed during the stop: every accepted line is got, once', async (t) => {
  for (let round = 0; round < 8; round++) {
    const q = new Q(100)
    const threads = [1, 2].map(() => {
      const worker = new Worker(RACING, { workerData: q.handle })
      t.after(() => worker.terminate())
      return once(worker, 'message')
    })
    let got = 0
    for (; got < 500; got++) assert.notEqual(q.get(), null)
    q.stop()
    while (q.get() !== null) got++
    const accepted = (await Promise.all(threads)).reduce((sum, [count]) => sum + count, 0)
    assert.equal(got, accepted)
    assert.deepEqual(q.drain(), [])
  }
})

/** Starts a thread and resolves when it is in the middle; `answer` is what its call returns. */
async function startLate(t, handles) {
  const isInside = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(LATE, { workerData: { ...handles, isInside } })
  t.after(() => worker.terminate())
  const answer = once(worker, 'message')
  await Atomics.waitAsync(isInside, 0, 0).value
  return { answer }
}
