// However a process ends, short of a kill: every line sent is in the file, and exit code and signal are those of the
// same program without a writer.

import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { WRITER_TYPES } from '../helpers/kinds.js'
import { expectAllLines } from '../helpers/numbered-lines.js'
import { runProgram, startProgram } from '../helpers/program.js'
import { tempFolder } from '../helpers/temp-folder.js'

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP']
const ENDS = [
  'return',
  'exitCode',
  'exit',
  'exitNextTick',
  'exitImmediate',
  'exitListener',
  'throw',
  'reject',
]
const WRITERS = WRITER_TYPES.map((type) => [type, 'true']).concat([['block', 'false']])

for (const end of [...ENDS, ...SIGNALS]) {
  describe(`the process ends by ${end}`, () => {
    for (const [writerType, thread] of WRITERS) {
      test(`${writerType} writer, thread: ${thread}`, async (t) => {
        const path = join(tempFolder(t), 'app.log')
        const [control, outcome] = await Promise.all([
          runProgram(t, 'end.js', [path, 'none', thread, end]),
          runProgram(t, 'end.js', [path, writerType, thread, end]),
        ])
        assert.deepEqual(visible(outcome), visible(control))
        expectAllLines(path, 2000)
      })
    }
  })
}

for (const signal of SIGNALS) {
  for (const [writerType, thread] of WRITERS) {
    test(`${signal} from outside, ${writerType} writer, thread: ${thread}`, async (t) => {
      const path = join(tempFolder(t), 'app.log')
      const { child, says, done } = startProgram(t, 'end.js', [path, writerType, thread, 'wait'])
      await says('ready')
      child.kill(signal)
      const outcome = await done
      assert.deepEqual([outcome.code, outcome.signal], [null, signal])
      expectAllLines(path, 2000)
    })
  }
}

describe('the process ends right after createWriter, with nothing sent', () => {
  for (const when of ['return', 'tick', 'nextTick', 'immediate', 'throw']) {
    for (const [writerType, thread] of WRITERS) {
      test(`${when}, ${writerType} writer, thread: ${thread}`, async (t) => {
        const path = join(tempFolder(t), 'app.log')
        const [control, outcome] = await Promise.all([
          runProgram(t, 'end-unsent.js', [path, 'none', thread, when]),
          runProgram(t, 'end-unsent.js', [path, writerType, thread, when]),
        ])
        assert.deepEqual(visible(outcome), visible(control))
        assert.equal(statSync(path).size, 0)
      })
    }
  }
})

test('a writer that cannot be finished costs the others nothing', async (t) => {
  const path = join(tempFolder(t), 'app.log')
  const { code, stderr } = await runProgram(t, 'one-writer-fails.js', [path])
  assert.deepEqual({ code, stderr }, { code: 5, stderr: '' })
  expectAllLines(path, 2000)
})

/** What somebody who started the program sees of its end; of an error's report, what it says. */
function visible({ code, signal, stdout, stderr }) {
  return {
    code,
    signal,
    stdout,
    error: stderr.match(/^Error: .*$/mu)?.[0],
    hasWarning: stderr.includes('Warning'),
  }
}
