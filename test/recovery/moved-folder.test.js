// The folder of the log is reached by another name than when the process was killed: its lines find their log.

import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createWriter, recover } from 'choose-l2'
import { allFiles, leaveBehind, nextStart } from '../helpers/orphan.js'
import { canMap } from '../helpers/kinds.js'
import { expectAllLines } from '../helpers/numbered-lines.js'
import { tempFolder } from '../helpers/temp-folder.js'

const OUTCOME = ({ outcome, lines, log }) => ({ outcome, lines, log })

/** Two releases of an application, each with a link to the folder that their logs share. */
function releases(t) {
  const folder = tempFolder(t)
  const shared = join(folder, 'shared')
  mkdirSync(shared)
  const paths = ['one', 'two'].map((name) => {
    mkdirSync(join(folder, name))
    symlinkSync(shared, join(folder, name, 'logs'))
    return join(folder, name, 'logs', 'app.log')
  })
  return { shared, paths, removeFirst: () => rmSync(join(folder, 'one'), { recursive: true }) }
}

describe('the folder of the log', { skip: !canMap && 'koffi is not installed' }, () => {
  for (const isKept of [true, false]) {
    test(`is a link of a release, the next start comes from another one; the first is ${isKept ? 'kept' : 'gone'}`, async (t) => {
      const { shared, paths, removeFirst } = releases(t)
      const [one, two] = paths
      await leaveBehind(t, { path: one, written: 10, lines: 50 })
      if (!isKept) removeFirst()
      const told = await nextStart(two)
      assert.deepEqual(told.queues.map(OUTCOME), [{ outcome: 'recovered', lines: 40, log: two }])
      expectAllLines(join(shared, 'app.log'), 50)
      assert.deepEqual(allFiles(shared, two), [])
    })
  }

  test('is recovered as a whole after its release was deleted: nothing of that is made again', async (t) => {
    const { shared, paths, removeFirst } = releases(t)
    await leaveBehind(t, { path: paths[0], written: 10, lines: 50 })
    removeFirst()
    const log = join(shared, 'app.log')
    assert.deepEqual(recover(shared).map(OUTCOME), [{ outcome: 'recovered', lines: 40, log }])
    expectAllLines(log, 50)
    assert.ok(!existsSync(join(paths[0], '..', '..')))
  })

  for (const way of ['next start', 'command']) {
    test(`has another name by now: the ${way} knows the log by its file`, async (t) => {
      const folder = tempFolder(t)
      const before = join(folder, 'before')
      const path = join(before, 'app.log')
      mkdirSync(before)
      await leaveBehind(t, { path, written: 10, lines: 50 })
      const after = join(folder, 'after')
      renameSync(before, after)
      const log = join(after, 'app.log')
      const found = way === 'command' ? recover(after) : (await nextStart(log)).queues
      assert.deepEqual(found.map(OUTCOME), [{ outcome: 'recovered', lines: 40, log }])
      expectAllLines(log, 50)
      assert.ok(!existsSync(before))
    })
  }

  test('is renamed while the writer runs: a clean stop leaves no queue in it', async (t) => {
    const folder = tempFolder(t)
    const before = join(folder, 'before')
    const after = join(folder, 'after')
    const writer = createWriter(join(before, 'app.log'))
    writer.send('first')
    renameSync(before, after)
    mkdirSync(before) // a new one in its place
    writer.send('second')
    assert.equal(await writer.stop(Infinity), true)
    assert.equal(readFileSync(join(after, 'app.log'), 'utf8'), 'first\nsecond\n')
    assert.deepEqual(readdirSync(after), ['app.log'])
  })
})
