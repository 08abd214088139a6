// Several processes append to one log and are killed one by one: each one's lines are in the log, whole and in order.
// None is there twice as long as nobody was killed in the middle of a write.

import assert from 'node:assert/strict'
import { renameSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { test } from 'node:test'
import { recoverQueue } from '../../build/recovery/recover.js'
import { allFiles, keepAlive, leaveBehind, queueFiles, recoverNow } from '../helpers/orphan.js'
import { restoreState, statesDuring, takeState } from '../helpers/states.js'
import { canMap } from '../helpers/kinds.js'
import { readNumbered } from '../helpers/numbered-lines.js'
import { tempFolder } from '../helpers/temp-folder.js'

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

test(
  'the older of two orphans does not stick to the line the younger one was killed in',
  { skip },
  async (t) => {
    const folder = tempFolder(t)
    const path = join(folder, 'app.log')
    const older = await keepAlive(t, { path, sender: 0, written: 50, lines: 200, options: SMALL })
    const younger = await keepAlive(t, { path, sender: 1, written: 50, lines: 200, options: SMALL })
    await older.kill()
    const [oldQueue] = queueFiles(folder, path).filter(
      (queue) => recoverQueue(queue, { dryRun: true }).lines > 0,
    )
    await younger.kill()
    const youngQueue = queueFiles(folder, path).find((queue) => queue !== oldQueue)
    const isTorn = (state) => state.get('app.log').at(-1) !== 0x0a
    const torn = statesDuring(folder, () => recoverQueue(youngQueue), 333).filter(isTorn)
    assert.ok(torn.length > 10)
    for (const state of torn) {
      restoreState(folder, state)
      const told = recoverNow(path)
      assert.deepEqual(
        told.map(({ queue, outcome }) => ({ queue, outcome })),
        [oldQueue, youngQueue].map((queue) => ({ queue, outcome: 'recovered' })),
      )
      const found = readNumbered(path)
      for (const sender of [0, 1]) assert.equal(found.get(sender).length, 200)
    }
  },
)

test('a log that a memory-mapped writer has open is left alone until it is stopped', { skip }, async (t) => {
  const path = join(tempFolder(t), 'app.log')
  await leaveBehind(t, { path, sender: 0, written: 50, lines: 200, options: SMALL })
  const aside = tempFolder(t)
  const [queue] = queueFiles(dirname(path), path)
  const hidden = join(aside, basename(queue))
  renameSync(queue, hidden)
  const live = await keepAlive(t, {
    path,
    sender: 1,
    written: 50,
    lines: 200,
    options: { ...SMALL, writerType: 'mmap' },
  })
  assert.match(recoverQueue(hidden).reason, /memory-mapped writer/)
  await live.stop()
  assert.equal(recoverQueue(hidden).outcome, 'recovered')
  const found = readNumbered(path)
  for (const sender of [0, 1]) assert.equal(found.get(sender).length, 200)
})

test('a rotated log that a memory-mapped writer still has open is not cut under it', { skip }, async (t) => {
  const folder = tempFolder(t)
  const path = join(folder, 'app.log')
  const options = { ...SMALL, writerType: 'mmap' }
  const queue = await leaveBehind(t, { path, sender: 0, written: 50, lines: 200, options })
  const hidden = join(tempFolder(t), basename(queue))
  renameSync(queue, hidden)
  const live = await keepAlive(t, { path, sender: 1, written: 50, lines: 200, options })
  renameSync(path, join(folder, 'app.log.1'))
  assert.match(recoverQueue(hidden).reason, /memory-mapped writer/)
  await live.stop()
  assert.equal(recoverQueue(hidden).outcome, 'recovered')
  const rotated = readNumbered(join(folder, 'app.log.1'))
  assert.equal(rotated.get(0).length, 50)
  assert.equal(rotated.get(1).length, 200)
  assert.equal(readNumbered(path).get(0).length, 150)
})
