// What test runners do to the code they run: fake clocks and timers, and threads that are terminated.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { runProgram } from '../helpers/program.js'
import { tempFolder } from '../helpers/temp-folder.js'

for (const order of ['before', 'after']) {
  for (const thread of [true, false]) {
    test(`timers faked ${order} the package is loaded: every call settles (thread: ${thread})`, async (t) => {
      if (!existsSync('/dev/full')) return t.skip('there is no /dev/full')
      const { code, stdout, stderr } = await runProgram(t, 'fake-timers.js', [tempFolder(t), order, thread])
      assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
      const { full, ...results } = JSON.parse(stdout)
      assert.deepEqual(full, [false, false, false])
      assert.equal(Object.keys(results).length, 6)
      for (const settled of Object.values(results)) assert.deepEqual(settled, Array(6).fill(true))
    })
  }
}

test('a thread of Vitest that forgets its writers leaves every line, and no queue file', async (t) => {
  const folder = tempFolder(t)
  const worker = new Worker(new URL('../programs/vitest-thread.js', import.meta.url), { workerData: folder })
  t.after(() => worker.terminate())
  await once(worker, 'message')
  await worker.terminate()
  assert.deepEqual(readdirSync(folder).sort(), ['false.log', 'true.log'])
  for (const log of ['false.log', 'true.log']) {
    assert.equal(readFileSync(join(folder, log), 'utf8'), 'a line\n')
  }
})
