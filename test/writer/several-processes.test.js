// Several processes append to one file: no line is torn, none is missing, none is mixed with another's.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { readNumbered } from '../helpers/numbered-lines.js'
import { runProgram } from '../helpers/program.js'
import { tempFolder } from '../helpers/temp-folder.js'

const LINES = 30_000

for (const writerType of ['line', 'block']) {
  for (const thread of [true, false]) {
    test(`three processes, ${writerType} writer, thread: ${thread}`, async (t) => {
      const path = join(tempFolder(t), 'app.log')
      const outcomes = await Promise.all(
        [0, 1, 2].map((sender) => runProgram(t, 'append.js', [path, writerType, thread, sender, LINES])),
      )
      for (const { code } of outcomes) assert.equal(code, 0)
      const bySender = readNumbered(path)
      assert.equal(bySender.size, 3)
      for (const numbers of bySender.values()) assert.equal(numbers.length, LINES)
    })
  }
}
