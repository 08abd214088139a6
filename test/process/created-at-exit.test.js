// A writer that is created while the process exits, as a logger that is created on first use: each line is written
// at once, and nothing is started or left behind.

import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { WRITER_TYPES } from '../helpers/kinds.js'
import { expectAllLines } from '../helpers/numbered-lines.js'
import { runProgram } from '../helpers/program.js'
import { tempFolder } from '../helpers/temp-folder.js'

const WHEN = {
  exit: "in an 'exit' listener",
  exitCall: "in an 'exit' listener after process.exit()",
  throw: "in an 'exit' listener after an uncaught exception",
  afterAnother: "in an 'exit' listener after that of another writer",
}

for (const writerType of WRITER_TYPES) {
  for (const [when, name] of Object.entries(WHEN)) {
    test(`${writerType} writer, created ${name}`, async (t) => {
      const folder = tempFolder(t)
      const path = join(folder, 'app.log')
      const { code, stdout } = await runProgram(t, 'created-at-exit.js', [path, writerType, when])
      assert.equal(code, when === 'throw' ? 1 : 0)
      const files = when === 'afterAnother' ? ['app.log', 'app.log.first'] : ['app.log']
      assert.deepEqual(JSON.parse(stdout), {
        isWrittenAtOnce: true,
        threadsStarted: 0,
        files,
        numbers: [250, 250, 0, 0],
        stopped: true,
      })
      expectAllLines(path, 250)
      assert.deepEqual(readdirSync(folder), files)
    })
  }

  test(`${writerType} writer, created at the end of a worker thread`, async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const file = new URL('../programs/created-at-exit.js', import.meta.url)
    const worker = new Worker(file, { workerData: [path, writerType, 'exit'] })
    assert.equal(await new Promise((resolve) => worker.on('exit', resolve)), 0)
    expectAllLines(path, 250)
  })

  test(`${writerType} writer, created in a 'beforeExit' listener`, async (t) => {
    const folder = tempFolder(t)
    const path = join(folder, 'app.log')
    const { code, stderr } = await runProgram(t, 'created-at-exit.js', [path, writerType, 'beforeExit'])
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    expectAllLines(path, 250)
    assert.deepEqual(readdirSync(folder), ['app.log'])
  })
}
