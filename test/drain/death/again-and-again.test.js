// A writer thread that dies again and again: in the end the lines are written without one.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createWriter } from 'choose-l2'
import { WRITER_TYPES } from '../../helpers/kinds.js'
import { expectAllLines, lineOf } from '../../helpers/numbered-lines.js'
import { tempFolder } from '../../helpers/temp-folder.js'
import { until } from '../../helpers/until.js'
import { atWork, watchWriterThreads } from '../../helpers/writer-threads.js'

for (const writerType of WRITER_TYPES) {
  test(`every thread of a ${writerType} writer is terminated, up to five`, async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const { threads } = watchWriterThreads(t)
    const errors = []
    const writer = createWriter(path, { writerType, queueSize: 200 })
    writer.on('error', (error) => errors.push(error.code))
    let sent = 0
    for (let deaths = 0; deaths < 5 && writer.hasThread; deaths++) {
      const thread = await until(() => threads[deaths])
      await atWork(writer)
      for (const end = sent + 3000; sent < end; sent++) {
        if (sent % 3000 === 1700) void thread.terminate()
        writer.send(lineOf(0, sent))
        if (sent % 500 === 0) await nextTurn()
      }
      await until(() => errors.length > deaths)
    }
    for (const end = sent + 3000; sent < end; sent++) writer.send(lineOf(0, sent))
    assert.equal(await writer.stop(Infinity), true)
    expectAllLines(path, sent)
    assert.ok(errors.every((code) => code === 'ERR_THREAD_DIED'))
    assert.equal(writer.metrics.errors, errors.length)
  })
}

test('one thread after the other is terminated while it writes without pause', async (t) => {
  const folder = tempFolder(t)
  for (let round = 0; round < 25; round++) {
    const path = join(folder, `${round}.log`)
    const { threads } = watchWriterThreads(t)
    const writer = createWriter(path, { writerType: round % 2 === 0 ? 'line' : 'block', batchSize: 7 })
    writer.on('error', () => {})
    const thread = await until(() => threads[0])
    await atWork(writer)
    for (let n = 0; n < 6000; n++) {
      if (n === 100 + round * 200) void thread.terminate()
      await writer.sendAsync(lineOf(0, n))
      if (n % 7 === 0 && round % 3 === 0) await nextTurn()
    }
    assert.equal(await writer.stop(Infinity), true)
    expectAllLines(path, 6000)
  }
})
