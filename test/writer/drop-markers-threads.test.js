// Drop markers of several threads: each thread marks its own gaps with an option of its own, and together they tell
// exactly what was dropped. And after a kill: a marker is as whole as a line.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { createWriter } from 'choose-l2'
import { marker, readMarked, told } from '../helpers/markers.js'
import { startProgram } from '../helpers/program.js'
import { canMap } from '../helpers/kinds.js'
import { tempFolder } from '../helpers/temp-folder.js'

const FLOODER = new URL('../programs/flooder.js', import.meta.url)

for (const policy of ['drop_newest', 'drop_oldest', 'warn']) {
  test(`${policy}: two threads and the owner, at full speed`, async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const writer = createWriter(path, { policy, queueSize: 50, dropMarker: marker })
    const workerData = { handle: writer.handle, lines: 5000 }
    const workers = [1, 2].map(() => new Worker(FLOODER, { workerData, execArgv: ['--no-warnings'] }))
    t.after(() => Promise.all(workers.map((worker) => worker.terminate())))
    const ended = workers.map((worker) => once(worker, 'exit'))
    for (let n = 0; n < 5000; n++) writer.send(`line ${n}`)
    await Promise.all(ended)
    assert.equal(await writer.stop(Infinity), true)
    const { markers } = readMarked(path)
    assert.equal(told(markers), writer.metrics.dropped)
  })
}

const skip = !canMap && 'koffi is not installed'

test('drop_oldest: after SIGKILL and the next start, whole markers tell every gap', { skip }, async (t) => {
  const path = join(tempFolder(t), 'app.log')
  const { child, says, done } = startProgram(t, 'killed-while-dropping.js', [path])
  await says('dropped')
  child.kill('SIGKILL')
  await done
  const writer = createWriter(path)
  assert.equal(await writer.stop(Infinity), true)
  const { markers, lines } = readMarked(path)
  const last = Number(lines.at(-1).split(' ')[1])
  const missing = last + 1 - lines.length
  assert.ok(missing > 0)
  assert.equal(told(markers), missing, 'the gaps up to the last line are told')
})
