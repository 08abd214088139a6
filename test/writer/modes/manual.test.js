// Mode manual: nothing is written until somebody says so, and nothing is lost for it.

import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createWriter } from 'choose-l2'
import { WRITER_TYPES } from '../../helpers/kinds.js'
import { expectAllLines, lineOf } from '../../helpers/numbered-lines.js'
import { runProgram } from '../../helpers/program.js'
import { tempFolder } from '../../helpers/temp-folder.js'
import { until } from '../../helpers/until.js'

for (const thread of [true, false]) {
  for (const writerType of WRITER_TYPES) {
    describe(`mode manual, ${writerType} writer, thread: ${thread}`, () => {
      const start = (t, options) => {
        const path = join(tempFolder(t), 'app.log')
        return { path, writer: createWriter(path, { mode: 'manual', writerType, thread, ...options }) }
      }
      const send = (writer, from, to) => {
        for (let n = from; n < to; n++) assert.equal(writer.send(lineOf(0, n)), true)
      }

      test('writes on trigger, flush, sync and stop, and at no other time', async (t) => {
        const { path, writer } = start(t, { flushInterval: 1, batchSize: 10 })
        send(writer, 0, 500)
        // While this second writer, started later, has written many times over.
        const other = createWriter(join(tempFolder(t), 'other.log'), { mode: 'loop', flushInterval: 1 })
        while (other.flushCount < 20) {
          other.send('a line')
          await new Promise(setImmediate)
        }
        assert.equal(await other.stop(), true)
        assert.equal(writer.linesWritten, 0)
        assert.equal(statSync(path).size, 0)
        assert.equal(writer.metrics.pending, 500)

        writer.trigger()
        await until(() => writer.linesWritten === 500)
        send(writer, 500, 700)
        assert.equal(await writer.flush(), true)
        assert.equal(writer.linesWritten, 700)
        send(writer, 700, 800)
        assert.equal(await writer.sync(), true)
        assert.equal(writer.linesWritten, 800)
        send(writer, 800, 900)
        assert.equal(writer.flushSync(), true)
        assert.equal(writer.linesWritten, 900)
        send(writer, 900, 1000)
        assert.equal(await writer.stop(), true)
        expectAllLines(path, 1000)
      })

      test('a send that would block forever triggers', async (t) => {
        const { path, writer } = start(t, { queueSize: 50 })
        send(writer, 0, 1000)
        for (let n = 1000; n < 1500; n++) await writer.sendAsync(lineOf(0, n))
        assert.equal(await writer.stop(), true)
        expectAllLines(path, 1500)
      })

      test('what waits at the end of the process is written', async (t) => {
        const path = join(tempFolder(t), 'app.log')
        const { code } = await runProgram(t, 'manual.js', [path, writerType, thread])
        assert.equal(code, 0)
        expectAllLines(path, 2000)
      })
    })
  }
}
