// Somebody closes the log's descriptor: nothing can be written any more (EBADF). Every call says so in its time, the
// process ends, and where the queue is in a file the next start has the lines.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createWriter } from 'choose-l2'
import { runProgram } from '../helpers/program.js'
import { canMap, WRITER_TYPES } from '../helpers/kinds.js'
import { tempFolder } from '../helpers/temp-folder.js'
import { expectAllLines } from '../helpers/numbered-lines.js'

for (const writerType of WRITER_TYPES) {
  describe(`${writerType} writer, its descriptor is closed`, () => {
    test('calls answer false, the process ends, the next start writes the lines', async (t) => {
      const path = join(tempFolder(t), 'app.log')
      const { code, stdout, stderr } = await runProgram(t, 'close-descriptor.js', [path, writerType])
      assert.equal(code, 5, stderr)
      const { answers, causes, pending } = JSON.parse(stdout)
      assert.deepEqual(answers, { send: true, flush: false, sync: false, stop: false })
      assert.deepEqual(causes, ['EBADF'])
      assert.equal(pending, 99)
      if (!canMap) return
      const writer = createWriter(path, { writerType })
      assert.equal(await writer.stop(Infinity), true)
      expectAllLines(path, 100)
    })

    for (const thread of [true, false]) {
      test(`before anything was written: calls answer, the process goes on (thread: ${thread})`, async (t) => {
        const path = join(tempFolder(t), 'app.log')
        const { code, stdout, stderr } = await runProgram(t, 'close-before-thread.js', [
          path,
          writerType,
          thread,
        ])
        assert.equal(code, 5, stderr)
        const { answers, codes, hasThread } = JSON.parse(stdout)
        assert.deepEqual(answers, {
          send: true,
          flush: false,
          flushSync: false,
          stop: false,
          stopSync: false,
        })
        assert.deepEqual(codes, ['ERR_WRITE_FAILED'])
        assert.equal(hasThread, thread)
      })
    }
  })
}
