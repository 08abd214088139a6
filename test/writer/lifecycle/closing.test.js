// The end of a writer: what is refused afterwards, what was still under way, and the queue that ends it.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { BlockBufferedWriter, createWriter, LineBufferedWriter, MemoryMappedWriter, Q } from 'choose-l2'
import { canMap, WRITER_TYPES } from '../../helpers/kinds.js'
import { expectAllLines, lineOf } from '../../helpers/numbered-lines.js'
import { tempFolder } from '../../helpers/temp-folder.js'

const CLOSED = { code: 'ERR_WRITER_CLOSED', name: 'ChooseL2Error' }
const CLASSES = [LineBufferedWriter, BlockBufferedWriter, ...(canMap ? [MemoryMappedWriter] : [])]

for (const thread of [true, false]) {
  test(`everything that sends throws after stop (thread: ${thread})`, async (t) => {
    const writer = createWriter(join(tempFolder(t), 'app.log'), { thread })
    const stopping = writer.stop()
    assert.throws(() => writer.send('late'), CLOSED)
    await stopping
    assert.throws(() => writer.send('late'), CLOSED)
    assert.throws(() => writer.send(Buffer.from('late')), CLOSED)
    assert.throws(() => writer.sendLines(Buffer.from('late\n')), CLOSED)
    await assert.rejects(writer.sendAsync('late'), CLOSED)
    assert.equal(writer.metrics.enqueued, 0)
  })

  test(`lines that wait in sendAsync when stop is called are written (thread: ${thread})`, async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const writer = createWriter(path, { queueSize: 5, thread })
    const sending = Array.from({ length: 300 }, (_, n) => writer.sendAsync(lineOf(0, n)))
    assert.equal(await writer.stop(Infinity), true)
    assert.ok((await Promise.all(sending)).every(Boolean))
    expectAllLines(path, 300)
  })

  test(`stopSync refuses what still waits in sendAsync, and says so (thread: ${thread})`, async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const writer = createWriter(path, { queueSize: 5, thread })
    const sending = Array.from({ length: 50 }, (_, n) => writer.sendAsync(lineOf(0, n)))
    assert.equal(writer.stopSync(Infinity), true)
    const settled = await Promise.allSettled(sending)
    const accepted = settled.filter(({ status }) => status === 'fulfilled').length
    for (const { reason } of settled.slice(accepted)) assert.equal(reason.code, 'ERR_WRITER_CLOSED')
    expectAllLines(path, accepted)
    assert.equal(writer.metrics.enqueued, accepted)
  })
}

describe('a writer on a queue of its own', () => {
  for (const Class of CLASSES) {
    test(`q.stop() and join() drain and end a ${Class.name}`, async (t) => {
      const path = join(tempFolder(t), 'app.log')
      const q = new Q(200)
      const writer = new Class(q, path, 'trigger', { thread: true })
      for (let n = 0; n < 1000; n++) assert.equal(q.put(lineOf(0, n)), true)
      for (let n = 0; n < 1000; n++) writer.send(lineOf(1, n))
      q.stop()
      assert.equal(await writer.join(Infinity), true)
      assert.equal(writer.isRunning, false)
      expectAllLines(path, 1000, 0)
      expectAllLines(path, 1000, 1)
      assert.throws(() => q.put('late'), { code: 'ERR_QUEUE_STOPPED' })
    })
  }

  test('join without a stop gives up in its time, and the writer goes on', async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const q = new Q()
    const writer = new LineBufferedWriter(q, path)
    assert.equal(await writer.join(1), false)
    q.put(lineOf(0, 0))
    q.stop()
    assert.equal(await writer.join(Infinity), true)
    expectAllLines(path, 1)
  })

  test('what was put before the writer came is written first', async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const q = new Q()
    for (let n = 0; n < 10; n++) q.put(lineOf(0, n))
    const writer = new BlockBufferedWriter(q, path)
    for (let n = 10; n < 20; n++) q.put(lineOf(0, n))
    assert.equal(await writer.stop(), true)
    expectAllLines(path, 20)
  })

  test('a writer that cannot be made gives the queue back', async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const q = new Q(0, { lanes: 1 })
    q.put(lineOf(0, 0)) // takes the only lane
    assert.throws(() => new BlockBufferedWriter(q, path), { code: 'ERR_NO_FREE_LANE' })
    assert.equal(q.get(0), lineOf(0, 0))
  })

  test('a queue serves one writer', async (t) => {
    const folder = tempFolder(t)
    const q = new Q()
    const writer = new BlockBufferedWriter(q, join(folder, 'app.log'))
    assert.throws(() => new BlockBufferedWriter(q, join(folder, 'b.log')), { code: 'ERR_QUEUE_IN_USE' })
    assert.throws(() => q.get(0), { code: 'ERR_QUEUE_IN_USE' })
    await writer.stop()
  })
})

for (const writerType of WRITER_TYPES) {
  test(`close comes once, after the last line (${writerType})`, async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const writer = createWriter(path, { writerType })
    let closes = 0
    writer.on('close', () => closes++)
    const closed = once(writer, 'close')
    for (let n = 0; n < 1000; n++) writer.send(lineOf(0, n))
    await Promise.all([writer.stop(), writer.stop(), closed])
    await writer.stop()
    expectAllLines(path, 1000)
    assert.equal(closes, 1)
  })
}
