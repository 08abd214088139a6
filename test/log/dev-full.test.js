// A device that never takes a byte: every call still ends, and so does the process.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, test } from 'node:test'
import { createWriter } from 'choose-l2'
import { runProgram } from '../helpers/program.js'

for (const thread of [true, false]) {
  for (const writerType of ['line', 'block']) {
    describe(`/dev/full, ${writerType} writer, thread: ${thread}`, () => {
      test('stop is false, the lines stay pending, the errors are counted', async (t) => {
        const alive = setInterval(() => {}, 1000)
        t.after(() => clearInterval(alive))
        const writer = createWriter('/dev/full', { writerType, thread, exitTimeout: 0 })
        const failed = once(writer, 'error')
        for (let n = 0; n < 200; n++) writer.send(`line ${n}`)
        const [error] = await failed
        assert.equal(error.code, 'ERR_WRITE_FAILED')
        assert.equal(error.cause.code, 'ENOSPC')
        assert.equal(await writer.flush(1), false)
        assert.equal(await writer.sync(1), false)
        assert.equal(await writer.stop(1), false)
        assert.equal(writer.stopSync(1), false)
        assert.equal(writer.metrics.pending, 200)
        assert.ok(writer.metrics.errors > 0)
      })

      for (const how of ['exit', 'return', 'throw', 'signal']) {
        test(`the process ends all the same (${how})`, async (t) => {
          const { code, signal } = await runProgram(t, 'end-on-dev-full.js', [writerType, thread, how])
          const expected = { exit: [3, null], return: [0, null], throw: [1, null], signal: [null, 'SIGTERM'] }
          assert.deepEqual([code, signal], expected[how])
        })
      }
    })
  }
}
