// Lines that wait for room, blocking, on the thread that owns the writer, but not in its own send(): put into the
// queue it was built on, or sent by something that attached there. Nobody else may be there to make room.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { attachWriter, BlockBufferedWriter, createWriter, Q } from 'choose-l2'
import { expectAllLines, lineOf } from '../../helpers/numbered-lines.js'
import { tempFolder } from '../../helpers/temp-folder.js'
import { atWork, watchWriterThreads } from '../../helpers/writer-threads.js'

const LINES = 5000

const WAYS = {
  'put into its queue': (path, options) => {
    const q = new Q(10)
    const writer = new BlockBufferedWriter(q, path, 'trigger', options)
    return { writer, send: (line) => q.put(line) }
  },
  'put by another handle of its queue': (path, options) => {
    const q = new Q(10)
    const other = Q.open(structuredClone(q.handle))
    const writer = new BlockBufferedWriter(q, path, 'trigger', options)
    return { writer, send: (line) => other.put(line) }
  },
  'sent by an attached writer': (path, options) => {
    const writer = createWriter(path, { ...options, queueSize: 10 })
    const attached = attachWriter(writer.handle)
    return { writer, send: (line) => attached.send(line) }
  },
}

for (const [way, start] of Object.entries(WAYS)) {
  test(`a writer without a thread finds room for lines ${way}`, async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const { writer, send } = start(path, { thread: false })
    for (let n = 0; n < LINES; n++) assert.equal(send(lineOf(0, n)), true)
    assert.equal(await writer.stop(Infinity), true)
    expectAllLines(path, LINES)
  })

  test(`a writer whose thread dies finds room for lines ${way}`, async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const { next } = watchWriterThreads(t)
    const { writer, send } = start(path, {})
    const thread = await next()
    await atWork(writer)
    const died = once(writer, 'error')
    void thread.terminate()
    for (let n = 0; n < LINES; n++) assert.equal(send(lineOf(0, n)), true) // not a turn of the event loop
    const [error] = await died
    assert.equal(error.code, 'ERR_THREAD_DIED')
    assert.equal(await writer.stop(Infinity), true)
    expectAllLines(path, LINES)
  })
}
