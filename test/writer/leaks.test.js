// Many writers, one after the other: descriptors, threads, memory and addresses come back.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WRITER_TYPES } from '../helpers/kinds.js'
import { runProgram } from '../helpers/program.js'
import { tempFolder } from '../helpers/temp-folder.js'

/** Fifty writers that were kept would hold 100 MB of touched queue alone. */
const GROWTH_BYTES = 50 * 1024 * 1024
/** Fifty queues that stayed mapped would be 3.5 GB on either side. */
const GROWTH_ADDRESSES = 1.5 * 1024 ** 3

for (const thread of [true, false]) {
  for (const writerType of WRITER_TYPES) {
    test(`created and stopped again and again (${writerType}, thread: ${thread})`, async (t) => {
      const { code, stdout } = await runProgram(t, 'many-writers.js', [tempFolder(t), writerType, thread], {
        execArgv: ['--expose-gc'],
      })
      assert.equal(code, 0)
      const { descriptors, threads, growth, addresses } = JSON.parse(stdout)
      assert.deepEqual({ descriptors, threads }, { descriptors: 0, threads: 0 })
      assert.ok(growth < GROWTH_BYTES, `grew by ${growth} bytes`)
      assert.ok(addresses < GROWTH_ADDRESSES, `grew by ${addresses} bytes of addresses`)
    })
  }
}
