// A line is handed over when send() returns: the process dies by SIGKILL right behind the call, in the same tick, and the
// line is recovered. Only what a tick sends beyond eight lines may wait for its end.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { recover } from 'choose-l2'
import { canMap } from '../helpers/kinds.js'
import { runProgram } from '../helpers/program.js'
import { tempFolder } from '../helpers/temp-folder.js'

const LONG = 6000
const WAYS = ['text', 'bytes', 'async', 'attached', 'mixed', 'long']

describe('lines that were sent right before SIGKILL', { skip: canMap ? false : 'there is no koffi' }, () => {
  for (const options of [
    {},
    { batchSize: 1 },
    { policy: 'drop_oldest', dropMarker: '{lines} dropped' },
    { policy: 'drop_newest', writerType: 'mmap' },
    { writerType: 'line', thread: false },
  ]) {
    for (const way of WAYS) {
      it(`${way}, ${JSON.stringify(options)}`, async (t) => {
        // Ticks of different lengths, as the credit of direct lines depends on those before.
        for (const ticks of [[8], [1, 1, 1, 1, 1, 1, 1, 1, 1, 8], [40, 8], [3, 30, 5, 8], [9, 7, 8]]) {
          const path = join(tempFolder(t), 'app.log')
          const job = JSON.stringify({
            path,
            options: { mode: 'manual', ...options },
            way,
            ticks,
            long: LONG,
          })
          const { signal, stderr } = await runProgram(t, 'killed-after-send.js', [job])
          assert.equal(signal, 'SIGKILL', stderr)
          recover(path)
          const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
          const sent = ticks.reduce((sum, n) => sum + n, 0)
          assert.deepEqual(
            lines.map((line) => line.split(' ')[0]),
            Array.from({ length: sent }, (_, n) => String(n)),
            ticks.join(),
          )
        }
      })
    }
  }

  it('with batchSize 1, all of a burst', async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const options = { batchSize: 1, mode: 'manual' }
    const job = JSON.stringify({ path, options, way: 'mixed', ticks: [1000], long: LONG })
    assert.equal((await runProgram(t, 'killed-after-send.js', [job])).signal, 'SIGKILL')
    recover(path)
    assert.equal(readFileSync(path, 'utf8').trimEnd().split('\n').length, 1000)
  })
})
