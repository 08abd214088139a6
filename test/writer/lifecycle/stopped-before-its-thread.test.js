// A writer is stopped before its thread has started: the thread touches nothing, as the log's descriptor may be
// another file's by then.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { closeSync, fstatSync, ftruncateSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createWriter } from 'choose-l2'
import { descriptorOf } from '../../helpers/descriptor-of.js'
import { WRITER_TYPES } from '../../helpers/kinds.js'
import { expectAllLines, lineOf } from '../../helpers/numbered-lines.js'
import { tempFolder } from '../../helpers/temp-folder.js'
import { watchWriterThreads } from '../../helpers/writer-threads.js'

for (const writerType of WRITER_TYPES) {
  test(`a file that gets the number of the closed log keeps its length (${writerType})`, async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const thread = watchWriterThreads(t).next()
    const writer = createWriter(path, { writerType, crashSafe: false, syncInterval: 1 })
    const fd = descriptorOf(path)
    writer.send(lineOf(0, 0))
    assert.equal(writer.stopSync(Infinity), true)
    const other = takeNumber(t, fd, `${path}.other`)
    ftruncateSync(other, 100_000)
    await once(await thread, 'exit')
    assert.equal(fstatSync(other).size, 100_000)
    expectAllLines(path, 1)
  })
}

/** Opens the file until it has this number, if nobody else has. */
function takeNumber(t, wanted, path) {
  for (;;) {
    const fd = openSync(path, 'a+')
    t.after(() => closeSync(fd))
    if (fd >= wanted) return fd // larger: the thread has taken the number for something of its own
  }
}
