// What a killed program had handed over is in the log after the next start: all of it, once, in order.

import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createWriter } from 'choose-l2'
import { LOG_CREATED_AT_OFFSET } from '../../build/queue/layout.js'
import { allFiles, keepAlive, leaveBehind, nextStart, queueFiles, recoverNow } from '../helpers/orphan.js'
import { canMap, POLICIES, WRITER_TYPES } from '../helpers/kinds.js'
import { expectAllLines, readNumbered } from '../helpers/numbered-lines.js'
import { tempFolder } from '../helpers/temp-folder.js'

const skip = !canMap && 'koffi is not installed'

describe('the next start after SIGKILL', { skip }, () => {
  for (const writerType of WRITER_TYPES) {
    for (const policy of POLICIES) {
      test(`${writerType} writer, ${policy}: puts what waited behind what was written`, async (t) => {
        const path = join(tempFolder(t), 'app.log')
        await leaveBehind(t, { path, options: { writerType, policy }, written: 300, lines: 1000 })
        const told = await nextStart(path, { writerType })
        expectAllLines(path, 1000)
        assert.equal(told.lines, 700)
        assert.deepEqual(
          told.queues.map(({ outcome, log }) => ({ outcome, log })),
          [{ outcome: 'recovered', log: path }],
        )
        assert.deepEqual(allFiles(join(path, '..'), path), [])
      })
    }
  }

  test('the log may be written by another kind of writer from then on', async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const kinds = [...WRITER_TYPES, ...WRITER_TYPES.toReversed()]
    for (const [n, writerType] of kinds.entries()) {
      const task = { path, options: { writerType }, from: n * 100, written: 50, lines: 100 }
      await leaveBehind(t, task)
    }
    await nextStart(path)
    expectAllLines(path, kinds.length * 100)
  })

  test('several queues are taken up from the oldest to the newest', async (t) => {
    const path = join(tempFolder(t), 'app.log')
    // Without recovery at their own start, each of them leaves a queue of its own.
    const others = await Promise.all([1, 2, 3].map((sender) => keepAlive(t, { path, sender, lines: 40 })))
    await Promise.all(others.map((other) => other.kill()))
    const byAge = queueFiles(join(path, '..'), path).toSorted((a, b) => {
      const [first, second] = [a, b].map((file) => readFileSync(file).readDoubleLE(LOG_CREATED_AT_OFFSET))
      return first - second
    })
    assert.equal(byAge.length, 3)
    const told = await nextStart(path)
    assert.deepEqual(
      told.queues.map(({ queue }) => queue),
      byAge,
    )
    const found = readNumbered(path)
    assert.deepEqual(
      [...found.values()].map((numbers) => numbers.length),
      [40, 40, 40],
    )
  })

  test('the lines of every thread are there, each in its order', async (t) => {
    const path = join(tempFolder(t), 'app.log')
    await leaveBehind(t, { path, lines: 500, threads: 4 })
    const told = await nextStart(path)
    assert.equal(told.lines, 2500)
    const found = readNumbered(path)
    assert.deepEqual(
      [...found.keys()].toSorted((a, b) => a - b),
      [0, 1, 2, 3, 4],
    )
    for (const numbers of found.values()) assert.equal(numbers.length, 500)
  })

  for (const policy of ['block', 'drop_oldest']) {
    test(`${policy}: a line that is larger than the queue is whole`, async (t) => {
      const path = join(tempFolder(t), 'app.log')
      const options = { policy, queueBytes: 16 * 1024 }
      const extra = { text: 'large €', times: 20_000 }
      await leaveBehind(t, { path, options, lines: 50, extra })
      const told = await nextStart(path)
      assert.equal(told.lines, 51)
      const lines = readFileSync(path, 'utf8').split('\n')
      assert.equal(lines.length, 52)
      assert.equal(lines[50], extra.text.repeat(extra.times))
      assert.deepEqual(allFiles(join(path, '..'), path), [])
    })
  }

  test('an empty log of NULs behind the lines of a memory-mapped writer is cut to the byte', async (t) => {
    const path = join(tempFolder(t), 'app.log')
    await leaveBehind(t, { path, options: { writerType: 'mmap' }, written: 123, lines: 123 })
    assert.ok(statSync(path).size > 1024 * 1024, 'there is a tail')
    assert.deepEqual(
      recoverNow(path).map(({ outcome, lines }) => ({ outcome, lines })),
      [{ outcome: 'recovered', lines: 0 }],
    )
    expectAllLines(path, 123)
  })

  test('a dry run counts and changes nothing', async (t) => {
    const path = join(tempFolder(t), 'app.log')
    await leaveBehind(t, { path, written: 10, lines: 30 })
    const [recovery] = recoverNow(path, { dryRun: true })
    assert.equal(recovery.outcome, 'recovered')
    assert.equal(recovery.lines, 20)
    expectAllLines(path, 10)
    await nextStart(path)
    expectAllLines(path, 30)
  })
})

describe('a queue that is in use', { skip }, () => {
  test('is never taken up, whatever opens the log', async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const other = await keepAlive(t, { path, lines: 100 })
    const told = await nextStart(path)
    assert.equal(told, null)
    assert.deepEqual(
      recoverNow(path).map(({ outcome }) => outcome),
      ['live'],
    )
    assert.equal(statSync(path).size, 0)
    await other.stop()
    expectAllLines(path, 100)
  })

  test('a restart while the old process still drains: both write all their lines', async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const old = await keepAlive(t, { path, lines: 2000 })
    const next = await keepAlive(t, { path, sender: 1, lines: 2000 })
    await Promise.all([old.stop(), next.stop()])
    const found = readNumbered(path)
    assert.equal(found.get(0).length, 2000)
    assert.equal(found.get(1).length, 2000)
    assert.deepEqual(allFiles(join(path, '..'), path), [])
  })

  test('within one process a second writer of the log leaves the first alone', async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const first = createWriter(path, { mode: 'manual' })
    first.send('0 0 .')
    await new Promise((resolve) => setImmediate(resolve))
    assert.equal(await nextStart(path), null)
    assert.equal(await first.stop(), true)
    assert.equal(readFileSync(path, 'utf8'), '0 0 .\n')
  })
})

test('queues of logs of the same name in a shared folder are told apart', { skip }, async (t) => {
  const folder = tempFolder(t)
  const queueDir = join(folder, 'queues')
  const paths = ['one', 'two'].map((name) => join(folder, name, 'app.log'))
  for (const path of [queueDir, ...paths.map((path) => join(path, '..'))]) mkdirSync(path)
  for (const [sender, path] of paths.entries())
    await leaveBehind(t, { path, sender, lines: 70, options: { queueDir } })
  await nextStart(paths[0], { queueDir })
  assert.equal(readNumbered(paths[0]).get(0).length, 70)
  assert.equal(statSync(paths[1]).size, 0)
  await nextStart(paths[1], { queueDir })
  assert.equal(readNumbered(paths[1]).get(1).length, 70)
  assert.deepEqual(allFiles(queueDir, paths[0]), [])
})
