// Lines reach the file by themselves, also while the sender's event loop does not turn.

import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createWriter } from 'choose-l2'
import { WRITER_TYPES } from '../../helpers/kinds.js'
import { tempFolder } from '../../helpers/temp-folder.js'
import { until } from '../../helpers/until.js'

for (const thread of [true, false]) {
  for (const mode of ['trigger', 'loop']) {
    for (const writerType of WRITER_TYPES) {
      test(`a single line appears without another call (${writerType}, ${mode}, thread: ${thread})`, async (t) => {
        const path = join(tempFolder(t), 'app.log')
        const writer = createWriter(path, { writerType, mode, thread })
        for (const n of [1, 2, 3]) {
          writer.send(`line ${n}`)
          await until(() => readFileSync(path, 'utf8').includes(`line ${n}\n`))
        }
        assert.equal(writer.linesWritten, 3)
        assert.equal(await writer.stop(), true)
        assert.equal(readFileSync(path, 'utf8'), 'line 1\nline 2\nline 3\n')
      })
    }
  }
}

for (const writerType of ['line', 'block']) {
  test(`batches reach the file while the event loop is blocked (${writerType})`, async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const writer = createWriter(path, { writerType, batchSize: 10 })
    for (let n = 0; n < 100; n++) writer.send('a line') // ten full batches, all handed over
    while (statSync(path).size < 700); // not a turn of the event loop
    assert.equal(await writer.stop(), true)
    assert.equal(writer.linesWritten, 100)
  })
}
