// What an attached thread can do, and how it may end.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createWriter } from 'choose-l2'
import { runProgram } from '../../helpers/program.js'
import { WRITER_TYPES } from '../../helpers/kinds.js'
import { expectAllLines, readNumbered } from '../../helpers/numbered-lines.js'
import { tempFolder } from '../../helpers/temp-folder.js'
import { answerOf, startThread } from '../../helpers/threads.js'

for (const thread of [true, false]) {
  for (const mode of ['trigger', 'loop', 'manual']) {
    test(`sendAsync and flush from a worker (mode ${mode}, thread: ${thread})`, async (t) => {
      const path = join(tempFolder(t), 'app.log')
      const writer = createWriter(path, { mode, thread, queueSize: 50 })
      const worker = startThread(t, 'sendAsyncAndFlush', writer)
      const { accepted, flushed, balance } = await answerOf(worker)
      assert.deepEqual({ accepted, flushed }, { accepted: 1000, flushed: true })
      assert.equal(balance.written, 1000)
      expectAllLines(path, 1000) // before the stop
      assert.equal(await writer.stop(), true)
    })
  }
}

describe('a worker that ends without detach loses nothing', () => {
  for (const task of ['sendAndReturn', 'sendAndExit', 'sendAndThrow']) {
    for (const thread of [true, false]) {
      test(`${task}, thread: ${thread}`, async (t) => {
        const path = join(tempFolder(t), 'app.log')
        // The worker's last batch is smaller than batchSize.
        const writer = createWriter(path, { batchSize: 300, thread })
        const worker = startThread(t, task, writer)
        worker.on('error', () => {}) // once() would take it for its own
        await new Promise((resolve) => worker.on('exit', resolve))
        assert.equal(await writer.stop(), true)
        expectAllLines(path, 1000)
      })
    }
  }
})

test('once the owner stops, an attached thread is told, and what it had accepted is there', async (t) => {
  const path = join(tempFolder(t), 'app.log')
  const writer = createWriter(path)
  const worker = startThread(t, 'sendUntilClosed', writer)
  await answerOf(worker)
  const answer = answerOf(worker)
  assert.equal(await writer.stop(), true)
  const { code, accepted } = await answer
  assert.equal(code, 'ERR_WRITER_CLOSED')
  const numbers = readNumbered(path).get(0)
  assert.equal(numbers.length, numbers.at(-1) + 1)
  assert.ok(accepted - numbers.length <= 100, 'all but at most the batch that was being gathered')
})

for (const writerType of WRITER_TYPES) {
  test(`process.exit() while workers send: whole lines, without a gap (${writerType})`, async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const { code } = await runProgram(t, 'exit-while-workers-send.js', [path, writerType])
    assert.equal(code, 5)
    const bySender = readNumbered(path)
    assert.equal(bySender.size, 4)
    for (const numbers of bySender.values()) {
      assert.ok(numbers.length >= 1000)
      assert.equal(numbers.length, numbers.at(-1) + 1)
    }
  })
}
