// Between the kill and the next start the log may have been rotated, deleted, cut or replaced: what waited is put into
// the log that is there now, and nothing that others wrote is touched.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { recoverQueue } from '../../build/recovery/recover.js'
import { leaveBehind, queueFiles, recoverNow } from '../helpers/orphan.js'
import { restoreState, statesDuring } from '../helpers/states.js'
import { canMap, WRITER_TYPES } from '../helpers/kinds.js'
import { checkNumbered, expectAllLines, lineOf, readNumbered } from '../helpers/numbered-lines.js'
import { tempFolder } from '../helpers/temp-folder.js'

const WRITTEN = 100
const LINES = 300
const SMALL = { lanes: 2, queueBytes: 16 * 1024, queueSize: 1000 }
const WAITING = Array.from({ length: LINES - WRITTEN }, (_, n) => n + WRITTEN)

describe('the log between the kill and the next start', { skip: !canMap && 'koffi is not installed' }, () => {
  for (const writerType of WRITER_TYPES) {
    test(`${writerType} writer: renamed`, async (t) => {
      const { path, folder } = await orphan(t, writerType)
      const old = join(folder, 'app.log.1')
      renameSync(path, old)
      expectRecovered(path)
      assert.deepEqual(readNumbered(path).get(0), WAITING)
      expectAllLines(old, WRITTEN)
    })

    test(`${writerType} writer: renamed, and a new one begun`, async (t) => {
      const { path, folder } = await orphan(t, writerType)
      renameSync(path, join(folder, 'app.log.1'))
      writeFileSync(path, `${lineOf(1, 0)}\n`)
      expectRecovered(path)
      const found = readNumbered(path)
      assert.deepEqual([...found.keys()], [1, 0])
      assert.deepEqual(found.get(0), WAITING)
      expectAllLines(join(folder, 'app.log.1'), WRITTEN)
    })

    test(`${writerType} writer: deleted, with its folder`, async (t) => {
      const queueDir = tempFolder(t)
      const { path, folder } = await orphan(t, writerType, { queueDir })
      rmSync(folder, { recursive: true })
      const [queue] = queueFiles(queueDir, path)
      assert.ok(queue)
      assert.equal(recoverQueue(queue).outcome, 'recovered')
      assert.deepEqual(readNumbered(path).get(0), WAITING)
    })

    test(`${writerType} writer: cut to nothing`, async (t) => {
      const { path } = await orphan(t, writerType)
      truncateSync(path, 0)
      expectRecovered(path)
      assert.deepEqual(readNumbered(path).get(0), WAITING)
    })

    test(`${writerType} writer: overwritten in place with something longer`, async (t) => {
      const { path } = await orphan(t, writerType)
      const { ino } = statSync(path)
      writeFileSync(path, 'of somebody else\n'.repeat(5000))
      assert.equal(statSync(path).ino, ino)
      expectRecovered(path)
      const text = readFileSync(path, 'utf8')
      const [others, ours] = [text.slice(0, 17 * 5000), text.slice(17 * 5000)]
      assert.equal(others, 'of somebody else\n'.repeat(5000))
      assert.deepEqual(checkNumbered(ours).get(0), WAITING)
    })

    test(`${writerType} writer: renamed in the middle of a line`, async (t) => {
      const { path, folder } = await orphan(t, writerType)
      restoreState(folder, tornState(folder, path))
      const old = join(folder, 'app.log.1')
      renameSync(path, old)
      expectRecovered(path)
      checkNumbered(readFileSync(path, 'utf8'))
      checkNumbered(readFileSync(old, 'utf8') + readFileSync(path, 'utf8'))
      expectTogether([old, path])
    })

    test(`${writerType} writer: deleted in the middle of a line`, async (t) => {
      const { path, folder } = await orphan(t, writerType)
      restoreState(folder, tornState(folder, path))
      const whole = readFileSync(path, 'latin1').split('\n').length - 1
      rmSync(path)
      expectRecovered(path)
      const numbers = readNumbered(path).get(0)
      assert.ok(numbers[0] <= whole, 'the interrupted line is there, whole')
      assert.equal(numbers.at(-1), LINES - 1)
    })
  }

  test('a memory-mapped log behind whose tail others wrote is not cut', async (t) => {
    const { path } = await orphan(t, 'mmap')
    const { size } = statSync(path)
    writeFileSync(path, 'of somebody else\n', { flag: 'a' })
    expectRecovered(path)
    const bytes = readFileSync(path)
    assert.equal(bytes.toString('utf8', size, size + 17), 'of somebody else\n')
    assert.deepEqual(checkNumbered(bytes.toString('utf8', size + 17)).get(0), WAITING)
  })

  test('a FIFO or a folder in its place: nothing hangs, the queue is kept', async (t) => {
    const { path, folder } = await orphan(t, 'block')
    const replacements = [() => execFileSync('mkfifo', [path]), () => mkdirSync(path)]
    const old = join(folder, 'app.log.1')
    renameSync(path, old)
    for (const replace of replacements) {
      replace()
      const [recovery] = recoverNow(path)
      assert.equal(recovery.outcome, 'failed')
      assert.ok(recovery.reason)
      rmSync(path, { recursive: true })
    }
    renameSync(old, path)
    expectRecovered(path)
    expectAllLines(path, LINES)
  })
})

async function orphan(t, writerType, options = {}) {
  const folder = tempFolder(t)
  const path = join(folder, 'app.log')
  await leaveBehind(t, {
    path,
    options: { ...SMALL, writerType, ...options },
    written: WRITTEN,
    lines: LINES,
  })
  return { path, folder }
}

/** What is left if a write of the recovery ends in the middle of a line, and the process there and then. */
function tornState(folder, path) {
  const states = statesDuring(folder, () => expectRecovered(path), 333)
  const isTorn = (state) => state.get('app.log').at(-1) !== 0x0a && !state.get('app.log').includes(0)
  const torn = states.filter(isTorn)
  assert.ok(torn.length > 0)
  return torn[torn.length >> 1]
}

function expectRecovered(path) {
  for (const { outcome, reason } of recoverNow(path)) assert.equal(outcome, 'recovered', reason)
}

/** Both files together hold all lines once. */
function expectTogether(paths) {
  const text = paths.map((path) => readFileSync(path, 'utf8')).join('')
  assert.equal(checkNumbered(text).get(0).length, LINES)
}
