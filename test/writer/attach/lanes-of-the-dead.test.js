// Every lane is held by a thread that has ended, and the only thread that could drain them is the one that wants a
// lane.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { attachWriter, BlockBufferedWriter, createWriter, Q } from 'choose-l2'
import { lineOf, readNumbered } from '../../helpers/numbered-lines.js'
import { tempFolder } from '../../helpers/temp-folder.js'
import { answerOf, startThread } from '../../helpers/threads.js'

const PUTTING = new URL('../../programs/putting-thread.js', import.meta.url)

for (const thread of [true, false]) {
  test(`a writer can be built on a queue full of them (thread: ${thread})`, async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const q = new Q(0, { lanes: 2 })
    for (const name of ['a', 'b']) {
      const workerData = { handle: q.handle, name, count: 3, policy: 'block' }
      await once(new Worker(PUTTING, { workerData }), 'exit')
    }
    const writer = new BlockBufferedWriter(q, path, 'trigger', { thread })
    writer.send('the first of its own')
    assert.equal(await writer.stop(Infinity), true)
    assert.equal(readFileSync(path, 'utf8'), 'a 0\na 1\na 2\nb 0\nb 1\nb 2\nthe first of its own\n')
    assert.equal(writer.metrics.written, 7)
  })
}

test('the owner of a writer without a thread can attach', async (t) => {
  const path = join(tempFolder(t), 'app.log')
  const writer = createWriter(path, { lanes: 2, thread: false })
  const worker = startThread(t, 'attachAndWait', writer)
  assert.equal(await answerOf(worker), true)
  await worker.terminate()
  const attached = attachWriter(writer.handle)
  attached.send(lineOf(1, 0))
  attached.detach()
  assert.equal(await writer.stop(Infinity), true)
  assert.deepEqual([...readNumbered(path).keys()], [0, 1])
})
