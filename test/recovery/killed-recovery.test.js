// A recovery that is killed is recovered like any other writer: from every state that a kill could leave, again and
// again, the next one ends with the same log.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { leaveBehind, recoverNow } from '../helpers/orphan.js'
import { restoreState, statesDuring, takeState } from '../helpers/states.js'
import { canMap, WRITER_TYPES } from '../helpers/kinds.js'
import { expectAllLines } from '../helpers/numbered-lines.js'
import { tempFolder } from '../helpers/temp-folder.js'

const LINES = 300
const SHORT_WRITE = 700
/** Small, because the files are copied often. */
const SMALL = { lanes: 2, queueBytes: 16 * 1024, queueSize: 1000 }

describe('a recovery that is killed at any step', { skip: !canMap && 'koffi is not installed' }, () => {
  for (const writerType of WRITER_TYPES) {
    for (const policy of ['block', 'drop_oldest']) {
      test(`${writerType} writer, ${policy}: once`, async (t) => {
        const { path, folder, recover } = await orphan(t, writerType, policy)
        const states = statesDuring(folder, recover, SHORT_WRITE)
        assert.ok(states.length > 10)
        for (const state of states) {
          restoreState(folder, state)
          recover()
          expectAllLines(path, LINES)
          assert.deepEqual([...takeState(folder).keys()], ['app.log'])
        }
      })

      test(`${writerType} writer, ${policy}: several times in a row`, async (t) => {
        const { path, folder, recover } = await orphan(t, writerType, policy)
        const beginning = takeState(folder)
        const kill = fc.record({ after: fc.nat(1000), mostBytes: fc.integer({ min: 1, max: 3000 }) })
        const property = fc.property(fc.array(kill, { minLength: 1, maxLength: 5 }), (kills) => {
          restoreState(folder, beginning)
          for (const { after, mostBytes } of kills) {
            const states = statesDuring(folder, recover, Math.max(40, mostBytes))
            if (states.length > 0) restoreState(folder, states[after % states.length])
          }
          recover()
          expectAllLines(path, LINES)
        })
        fc.assert(property, { numRuns: 15 })
      })
    }
  }

  test('a line larger than the queue', async (t) => {
    const extra = { text: 'x', times: 40_000 }
    const { path, folder, recover } = await orphan(t, 'block', 'block', extra)
    for (const state of statesDuring(folder, recover, 10_000)) {
      restoreState(folder, state)
      recover()
      const lines = readFileSync(path, 'utf8').split('\n')
      assert.equal(lines.length, LINES + 2)
      assert.equal(lines[LINES], 'x'.repeat(40_000))
      assert.deepEqual([...takeState(folder).keys()], ['app.log'])
    }
  })
})

async function orphan(t, writerType, policy, extra) {
  const folder = tempFolder(t)
  const path = join(folder, 'app.log')
  await leaveBehind(t, { path, options: { ...SMALL, writerType, policy }, written: 100, lines: LINES, extra })
  const recover = () => {
    for (const { outcome, reason } of recoverNow(path)) assert.equal(outcome, 'recovered', reason)
  }
  if (writerType === 'mmap') cutNuls(folder) // 16 MB of them: no need to copy them all the time
  return { path, folder, recover }
}

/** Leaves one page of the tail. */
function cutNuls(folder) {
  const state = takeState(folder)
  const bytes = state.get('app.log')
  state.set('app.log', bytes.subarray(0, bytes.indexOf(0) + 4096))
  restoreState(folder, state)
}
