// A writer that a worker thread owns: the end of that thread is as the end of a process.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { WRITER_TYPES } from '../helpers/kinds.js'
import { expectAllLines } from '../helpers/numbered-lines.js'
import { tempFolder } from '../helpers/temp-folder.js'

const FILE = new URL('../programs/owner-in-worker.js', import.meta.url)

for (const writerType of WRITER_TYPES) {
  for (const thread of [true, false]) {
    for (const how of ['return', 'exit', 'throw', 'stop']) {
      test(`ends by ${how}: all lines (${writerType}, thread: ${thread})`, async (t) => {
        const path = join(tempFolder(t), 'app.log')
        const worker = new Worker(FILE, { workerData: { path, writerType, thread, how } })
        worker.on('error', () => {}) // what it throws
        const code = await new Promise((resolve) => worker.on('exit', resolve))
        assert.equal(code, how === 'throw' ? 1 : 0)
        expectAllLines(path, 2000)
      })
    }
  }
}
