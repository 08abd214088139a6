// The writer thread is gone while the event loop does not turn: a caller that waits for the thread takes over its role.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createWriter } from 'choose-l2'
import { WRITER_TYPES } from '../../helpers/kinds.js'
import { expectAllLines, lineOf } from '../../helpers/numbered-lines.js'
import { tempFolder } from '../../helpers/temp-folder.js'
import { atWork, watchWriterThreads } from '../../helpers/writer-threads.js'

for (const writerType of WRITER_TYPES) {
  describe(`${writerType} writer: its thread dies while`, () => {
    test('send is blocked by a full queue', async (t) => {
      const { path, writer, thread } = await startWriter(t, writerType)
      const died = once(writer, 'error')
      void thread.terminate()
      for (let n = 0; n < 20_000; n++) writer.send(lineOf(0, n)) // not a turn of the event loop
      const [error] = await died
      assert.equal(error.code, 'ERR_THREAD_DIED')
      assert.equal(await writer.stop(Infinity), true)
      expectAllLines(path, 20_000)
    })

    for (const call of ['flushSync', 'stopSync']) {
      test(`${call} waits for it`, async (t) => {
        const { path, writer, thread } = await startWriter(t, writerType)
        writer.on('error', () => {})
        void thread.terminate()
        for (let n = 0; n < 90; n++) writer.send(lineOf(0, n))
        assert.equal(writer[call](Infinity), true)
        expectAllLines(path, 90)
        assert.equal(await writer.stop(Infinity), true)
      })
    }
  })
}

async function startWriter(t, writerType) {
  const path = join(tempFolder(t), 'app.log')
  const { next } = watchWriterThreads(t)
  const writer = createWriter(path, { writerType, queueSize: 100 })
  const thread = await next()
  await atWork(writer)
  return { path, writer, thread }
}
