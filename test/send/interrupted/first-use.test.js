// A runaway recursion makes its first logger where the stack is nearly full: either there is a whole writer, or an error
// and nothing else; and what comes later is not affected.

import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { test } from 'node:test'
import { canMap } from '../../helpers/kinds.js'
import { runProgram } from '../../helpers/program.js'
import { tempFolder } from '../../helpers/temp-folder.js'

for (const options of [{}, { thread: false }, ...(canMap ? [{ writerType: 'mmap' }] : [])]) {
  test(`a first writer made deep in a recursion is a whole one, ${JSON.stringify(options)}`, async (t) => {
    const folder = tempFolder(t)
    const run = await runProgram(t, 'first-use-deep-down.js', [folder, JSON.stringify(options)], {})
    assert.deepEqual({ code: run.code, stderr: run.stderr }, { code: 0, stderr: '' })
    const { path, crashSafe, notCrashSafeBecause, isAllWritten } = JSON.parse(run.stdout)
    assert.equal(isAllWritten, true)
    assert.equal(readFileSync(path, 'utf8'), 'a line\n')
    if (canMap)
      assert.deepEqual({ crashSafe, notCrashSafeBecause }, { crashSafe: true, notCrashSafeBecause: null })
    assert.deepEqual(readdirSync(folder), [basename(path)])
  })
}
