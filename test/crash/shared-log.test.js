// Several processes append to one log and are killed one by one: each one's lines are in the log, whole and in order.
// None is there twice as long as nobody was killed in the middle of a write.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { allFiles, keepAlive, recoverNow } from '../helpers/crash/orphan.js'
import { restoreState, statesDuring, takeState } from '../helpers/crash/states.js'
import { canMap } from '../helpers/integration/kinds.js'
import { readNumbered } from '../helpers/integration/numbered-lines.js'
import { tempFolder } from '../helpers/integration/temp-folder.js'

const LINES = 400
const SMALL = { lanes: 2, queueBytes: 16 * 1024, queueSize: 1000 }
const skip = !canMap && 'koffi is not installed'

test('processes that share a log: those that are killed and those that stop', { skip }, async (t) => {
  const path = join(tempFolder(t), 'app.log')
  const task = (sender) => ({ path, sender, written: 100, lines: LINES, options: SMALL })
  const processes = []
  for (const sender of [0, 1, 2, 3]) processes.push(await keepAlive(t, task(sender)))
  await processes[0].kill()
  await processes[1].stop()
  await processes[2].kill()
  const outcomes = recoverNow(path).map(({ outcome }) => outcome)
  assert.deepEqual(
    outcomes.toSorted((a, b) => a.localeCompare(b)),
    ['live', 'recovered', 'recovered'],
  )
  await processes[3].stop()
  const found = readNumbered(path)
  for (const sender of [0, 1, 2, 3]) assert.equal(found.get(sender).length, LINES)
  assert.deepEqual(allFiles(join(path, '..'), path), [])
})

test('recoveries of two orphans that are killed at any step', { skip }, async (t) => {
  const folder = tempFolder(t)
  const path = join(folder, 'app.log')
  const processes = []
  for (const sender of [0, 1]) {
    processes.push(await keepAlive(t, { path, sender, written: 50, lines: 200, options: SMALL }))
  }
  for (const one of processes) await one.kill()
  const recover = () => {
    for (const { outcome, reason } of recoverNow(path)) assert.equal(outcome, 'recovered', reason)
  }
  for (const state of statesDuring(folder, recover, 900)) {
    restoreState(folder, state)
    recover()
    const found = readNumbered(path)
    for (const sender of [0, 1]) assert.equal(found.get(sender).length, 200)
    assert.deepEqual([...takeState(folder).keys()], ['app.log'])
  }
})
