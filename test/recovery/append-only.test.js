// A log that refuses to be cut (chattr +a): the line that a killed process was interrupted in is finished first, and the
// lines of older queues do not stick to it.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { recoverQueue } from '../../build/recovery/recover.js'
import { keepAlive, queueFiles, recoverNow } from '../helpers/orphan.js'
import { restoreState, statesDuring } from '../helpers/states.js'
import { canMap } from '../helpers/kinds.js'
import { readNumbered } from '../helpers/numbered-lines.js'
import { tempFolder } from '../helpers/temp-folder.js'

const SMALL = { lanes: 2, queueBytes: 16 * 1024, queueSize: 1000 }
const LINES = 200

const setAppendOnly = (path, sign) => spawnSync('chattr', [`${sign}a`, path]).status === 0

test(
  'two orphans, the younger one killed in a line',
  { skip: !canMap && 'koffi is not installed' },
  async (t) => {
    const folder = tempFolder(t)
    const path = join(folder, 'app.log')
    writeFileSync(path, '')
    if (!setAppendOnly(path, '+')) return t.skip('no right to chattr, or a file system without it')
    t.after(() => setAppendOnly(path, '-'))
    const task = (sender) => ({ path, sender, written: 50, lines: LINES, options: SMALL })
    const older = await keepAlive(t, task(0))
    const [oldQueue] = queueFiles(folder, path)
    const younger = await keepAlive(t, task(1))
    await older.kill()
    await younger.kill()
    setAppendOnly(path, '-')
    const youngQueue = queueFiles(folder, path).find((queue) => queue !== oldQueue)
    const torn = statesDuring(folder, () => recoverQueue(youngQueue), 333).filter(
      (state) => state.get('app.log').at(-1) !== 0x0a,
    )
    assert.ok(torn.length > 10)
    for (const state of torn) {
      restoreState(folder, state)
      setAppendOnly(path, '+')
      for (const { outcome, reason } of recoverNow(path)) assert.equal(outcome, 'recovered', reason)
      setAppendOnly(path, '-')
      const found = readNumbered(path)
      for (const sender of [0, 1]) assert.equal(found.get(sender).length, LINES)
    }
  },
)
