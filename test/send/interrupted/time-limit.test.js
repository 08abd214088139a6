// A `vm` script with a time limit logs on its way. The limit ends it anywhere, in the middle of our calls too, and runs
// no `finally`. What was accepted is in the log once, whole and in order; only the one line that was being sent when
// the limit struck may be there or not.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import { runProgram, startProgram } from '../../helpers/program.js'
import { tempFolder } from '../../helpers/temp-folder.js'
import { canMap } from '../../helpers/kinds.js'

const ROUNDS = 60
const SMALL = { queueSize: 100 }
const WAYS = ['text', 'bytes', 'lines', 'flush', 'attached', 'q']
const FEW_WAYS = ['text', 'flush']

for (const [options, ways] of [
  [{}, WAYS],
  [SMALL, WAYS],
  [{ batchSize: 1 }, FEW_WAYS],
  [{ ...SMALL, batchSize: 1, policy: 'drop_newest' }, FEW_WAYS],
  [{ ...SMALL, thread: false }, FEW_WAYS],
  [{ ...SMALL, thread: false, crashSafe: false }, FEW_WAYS],
  [{ ...SMALL, policy: 'drop_newest' }, [...FEW_WAYS, 'q']],
  [{ ...SMALL, policy: 'drop_oldest' }, FEW_WAYS],
  [{ queueBytes: 4096, writerType: 'line' }, FEW_WAYS],
  ...(canMap ? [[{ ...SMALL, writerType: 'mmap', thread: false }, FEW_WAYS]] : []),
]) {
  describe(JSON.stringify(options), () => {
    for (const way of ways) {
      test(`lines sent as ${way}`, async (t) => {
        const path = join(tempFolder(t), 'app.log')
        const task = JSON.stringify({ options, way, rounds: ROUNDS })
        const { code, signal, stdout, stderr } = await runProgram(t, 'cut-short.js', [path, task], {
          execArgv: ['--no-warnings'],
        })
        assert.deepEqual({ code, signal, stderr }, { code: 0, signal: null, stderr: '' })
        expectAgreement(JSON.parse(stdout), readFileSync(path, 'utf8'), options)
      })
    }
  })
}

for (const options of [{ ...SMALL, thread: false }, SMALL]) {
  test(`a pipe that another process reads: ${JSON.stringify(options)}`, async (t) => {
    const task = JSON.stringify({ options, way: 'flush', rounds: ROUNDS })
    const { child, done } = startProgram(t, 'cut-short.js', [3, task], {
      execArgv: ['--no-warnings'],
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    })
    const [log, { code, signal, stdout, stderr }] = await Promise.all([text(child.stdio[3]), done])
    assert.deepEqual({ code, signal, stderr }, { code: 0, signal: null, stderr: '' })
    expectAgreement(JSON.parse(stdout), log, options)
  })
}

function expectAgreement({ accepted, sent, cut, isAllWritten, numbers }, log, { policy = 'block' }) {
  const { enqueued, written, dropped, pending } = numbers
  assert.equal(cut, ROUNDS)
  assert.equal(isAllWritten, true)
  assert.deepEqual({ pending, enqueued }, { pending: 0, enqueued: written + dropped })
  assert.ok(enqueued <= sent && enqueued >= sent - cut, `${enqueued} of ${sent}`)
  const lines = log.split('\n')
  assert.equal(lines.pop(), '')
  assert.equal(lines.length, written)
  const numberOf = (line) => Number(/^line (\d+) x*$/.exec(line)?.[1] ?? assert.fail(`torn: ${line}`))
  let last = -1
  for (const line of lines) {
    const number = numberOf(line)
    assert.equal(line, `line ${number} ${'x'.repeat((number + 1) % 90)}`)
    assert.ok(number > last, `${number} after ${last}`)
    last = number
  }
  if (policy === 'drop_oldest') return
  const inLog = new Set(lines)
  const missing = accepted.filter((line) => !inLog.has(line))
  assert.deepEqual(missing, [])
  assert.ok(lines.length - accepted.length <= cut, `${lines.length} lines of ${accepted.length}`)
}
