// An application's runaway recursion logs on its way, and a framework catches the error. Wherever the stack was full: a
// line whose call returned is in the log once and whole, one whose call threw is not, and the numbers agree.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { runProgram } from '../../helpers/program.js'
import { tempFolder } from '../../helpers/temp-folder.js'
import { canMap } from '../../helpers/kinds.js'

const ROUNDS = 10
const STACK_KB = 200
const SMALL = { queueSize: 50 }
const WAYS = ['text', 'rope', 'bytes', 'mixed', 'lines', 'flush', 'attached', 'q']
const FEW_WAYS = ['mixed', 'lines', 'flush']

for (const [options, ways] of [
  [{}, WAYS],
  [SMALL, WAYS],
  [{ batchSize: 1 }, FEW_WAYS],
  [{ ...SMALL, batchSize: 1, policy: 'drop_newest' }, FEW_WAYS],
  [{ ...SMALL, thread: false }, FEW_WAYS],
  [{ thread: false, crashSafe: false }, FEW_WAYS],
  [{ ...SMALL, policy: 'drop_newest' }, [...FEW_WAYS, 'q']],
  [{ ...SMALL, policy: 'drop_oldest', dropMarker: '-- {lines} lines dropped' }, FEW_WAYS],
  [{ queueBytes: 4096, policy: 'warn', dropMarker: '-- {lines} lines dropped' }, FEW_WAYS],
  [{ queueBytes: 4096, writerType: 'line' }, FEW_WAYS],
  ...(canMap ? [[{ ...SMALL, writerType: 'mmap' }, FEW_WAYS]] : []),
]) {
  describe(JSON.stringify(options), () => {
    for (const way of ways) {
      test(`lines sent as ${way}`, (t) => runAway(t, options, way))
    }
  })
}

// The compiler decides how large a frame is, so which call finds the stack full differs from size to size.
test('lines that are refused, on stacks of other sizes', async (t) => {
  for (let size = STACK_KB + 1; size <= STACK_KB + 10; size++) {
    await runAway(t, { ...SMALL, policy: 'drop_newest' }, 'mixed', size)
  }
})

async function runAway(t, options, way, stackKb = STACK_KB) {
  const path = join(tempFolder(t), 'app.log')
  const task = JSON.stringify({ options, way, rounds: ROUNDS })
  const { code, signal, stdout, stderr } = await runProgram(t, 'runaway.js', [path, task], {
    execArgv: [`--stack-size=${stackKb}`, '--no-warnings'],
  })
  assert.deepEqual({ code, signal, stderr }, { code: 0, signal: null, stderr: '' })
  expectAgreement(JSON.parse(stdout), readFileSync(path, 'utf8'), options)
}

function expectAgreement(
  { accepted, returned, overflows, isAllWritten, numbers },
  text,
  { policy, dropMarker },
) {
  const { enqueued, written, dropped, pending } = numbers
  assert.equal(overflows, ROUNDS)
  assert.equal(isAllWritten, true)
  assert.deepEqual(
    { enqueued, pending, sum: written + dropped },
    { enqueued: returned, pending: 0, sum: returned },
  )
  const all = text.split('\n')
  assert.equal(all.pop(), '')
  const lines = all.filter((line) => !line.startsWith('-- '))
  assert.equal(lines.length, written)
  if (policy === 'drop_oldest') expectInOrder(lines, accepted)
  else assert.deepEqual(lines, accepted)
  if (dropMarker === undefined) return
  const told = all.filter((line) => line.startsWith('-- ')).map((line) => Number.parseInt(line.slice(3), 10))
  const sum = told.reduce((total, count) => total + count, 0)
  assert.equal(sum, dropped)
}

/** Each line is one of those that were accepted, in their order. */
function expectInOrder(lines, accepted) {
  let at = 0
  for (const line of lines) {
    at = accepted.indexOf(line, at) + 1
    assert.notEqual(at, 0, line)
  }
}
