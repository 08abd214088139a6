// The last line of an application often comes from an 'exit' handler of its own, which runs after the writer's.

import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { LateLines } from '../../build/send/late-lines.js'
import { WRITER_TYPES } from '../helpers/kinds.js'
import { expectAllLines } from '../helpers/numbered-lines.js'
import { runProgram } from '../helpers/program.js'
import { tempFolder } from '../helpers/temp-folder.js'
import { createQueue, totalsOf } from '../helpers/queue.js'

for (const writerType of WRITER_TYPES) {
  for (const [thread, crashSafe] of [
    [true, true],
    [true, false],
    [false, true],
  ]) {
    test(`its lines are in the file (${writerType}, thread: ${thread}, crashSafe: ${crashSafe})`, async (t) => {
      const folder = tempFolder(t)
      const path = join(folder, 'app.log')
      const args = [path, writerType, thread, crashSafe]
      const { code, stdout, stderr } = await runProgram(t, 'late-exit-handler.js', args)
      assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
      const { answers, ...numbers } = JSON.parse(stdout)
      assert.deepEqual(answers, [true, true, 2])
      assert.deepEqual(numbers, { enqueued: 2005, written: 2005, dropped: 0, pending: 0 })
      expectAllLines(path, 2005)
      assert.deepEqual(readdirSync(folder), ['app.log'], 'no queue file is left')
    })
  }

  test(`at the end of a worker thread too (${writerType})`, async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const file = new URL('../programs/late-exit-handler.js', import.meta.url)
    const worker = new Worker(file, { workerData: [path, writerType, 'true', 'true'] })
    assert.equal(await new Promise((resolve) => worker.on('exit', resolve)), 0)
    expectAllLines(path, 2005)
  })
}

test('where the disk takes nothing, they join the lines that wait for the next start, as far as there is room', () => {
  const { memory, producers } = createQueue({ lines: 3, bytes: 64 })
  const late = new LateLines({ producer: producers[0] }, null, 'queued', 0)
  assert.equal(late.send(Buffer.from('a\nb\nc\nd\n'), Int32Array.of(2, 4, 6, 8)), 3)
  assert.equal(late.send(Buffer.from('e\n'), Int32Array.of(2)), 0)
  assert.deepEqual(totalsOf(memory), { enqueued: 5, written: 0, dropped: 2, waiting: 3, open: 3 })
})
