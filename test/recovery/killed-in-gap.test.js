// A process is killed while lines are refused: the next start puts the accepted lines into the log, and behind them
// the marker of the gap that was open.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { nextStart, recoverNow } from '../helpers/orphan.js'
import { runProgram } from '../helpers/program.js'
import { readMarked } from '../helpers/markers.js'
import { canMap, WRITER_TYPES } from '../helpers/kinds.js'
import { tempFolder } from '../helpers/temp-folder.js'

const ACCEPTED = [...numbers(0, 10), ...numbers(25, 35)]

describe('killed during an open gap', { skip: !canMap && 'koffi is not installed' }, () => {
  for (const policy of ['drop_newest', 'warn']) {
    for (const writerType of WRITER_TYPES) {
      test(`${policy}, ${writerType} writer: accepted lines once, both gaps told exactly`, async (t) => {
        const path = await killInGap(t, { policy, writerType }, 'writer')
        const { lines } = await nextStart(path)
        assert.equal(lines, 10)
        expectBothGaps(path)
      })
    }

    test(`${policy}: the gap of another thread`, async (t) => {
      const path = await killInGap(t, { policy }, 'attached')
      const [{ outcome, lines }] = recoverNow(path)
      assert.deepEqual({ outcome, lines }, { outcome: 'recovered', lines: 10 })
      expectBothGaps(path)
      assert.deepEqual(recoverNow(path), [], 'nothing is left to be told twice')
    })
  }
})

async function killInGap(t, options, sender) {
  const path = join(tempFolder(t), 'app.log')
  const args = [path, JSON.stringify(options), sender]
  const { signal, stderr } = await runProgram(t, 'killed-in-gap.js', args)
  assert.equal(signal, 'SIGKILL', stderr)
  return path
}

function expectBothGaps(path) {
  const { markers, lines, all } = readMarked(path)
  assert.deepEqual(
    markers.map((each) => each.lines),
    [15, 7],
  )
  assert.deepEqual(
    lines,
    ACCEPTED.map((n) => `line ${n}`),
  )
  assert.match(all[10], /^!! 15 /u, 'the first gap stands where the lines are missing')
  assert.match(all.at(-1), /^!! 7 /u, 'and so does the second')
}

function numbers(from, to) {
  return Array.from({ length: to - from }, (_, n) => from + n)
}
