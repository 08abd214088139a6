// Sixteen threads send at once, the owner too.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { createWriter } from 'choose-l2'
import { WRITER_TYPES } from '../../helpers/kinds.js'
import { lineOf, readNumbered } from '../../helpers/numbered-lines.js'
import { tempFolder } from '../../helpers/temp-folder.js'
import { startThread } from '../../helpers/threads.js'

const LINES = 2000

for (const writerType of WRITER_TYPES) {
  test(`the ${writerType} writer takes the lines of sixteen threads and its owner`, async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const writer = createWriter(path, { writerType, queueSize: 500 })
    const threads = Array.from({ length: 16 }, (_, sender) =>
      startThread(t, 'sendAndReturn', writer, { sender, lines: LINES }),
    )
    const ends = threads.map((thread) => once(thread, 'exit'))
    for (let n = 0; n < LINES; n++) assert.equal(await writer.sendAsync(lineOf(16, n)), true)
    await Promise.all(ends)
    assert.equal(await writer.stop(Infinity), true)
    const bySender = readNumbered(path)
    assert.equal(bySender.size, 17)
    for (const numbers of bySender.values()) assert.equal(numbers.length, LINES)
    assert.equal(writer.linesWritten, 17 * LINES)
  })
}
