// A log that cannot be read back. For good (no right to read it): then its length says how much was written. For the
// moment (no descriptor left): then the recovery fails and is tried again, and nothing is written meanwhile.

import assert from 'node:assert/strict'
import fs, { chmodSync, readFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { leaveBehind, nextStart, recoverNow } from '../helpers/orphan.js'
import { restoreState, statesDuring } from '../helpers/states.js'
import { canMap } from '../helpers/kinds.js'
import { expectAllLines } from '../helpers/numbered-lines.js'
import { tempFolder } from '../helpers/temp-folder.js'

const skip = !canMap && 'koffi is not installed'
const SMALL = { lanes: 2, queueBytes: 16 * 1024, queueSize: 1000 }
const LINES = 300

/** Every state in which a kill inside a write of the block writer may leave the folder. */
async function killedInAWrite(t) {
  const folder = tempFolder(t)
  const path = join(folder, 'app.log')
  await leaveBehind(t, { path, options: SMALL, written: 100, lines: LINES })
  const states = statesDuring(folder, () => recoverNow(path), 777).filter((state) => state.size === 2)
  assert.ok(states.length > 10)
  return { folder, path, states }
}

/** Calls `work` while openSync answers `code` where `isRefused` says so. */
function refusing(isRefused, code, work) {
  const original = fs.openSync
  fs.openSync = (path, flags, mode) => {
    if (isRefused(String(path), flags)) throw Object.assign(new Error(`${code}: injected`), { code })
    return original(path, flags, mode)
  }
  syncBuiltinESMExports()
  try {
    return work()
  } finally {
    fs.openSync = original
    syncBuiltinESMExports()
  }
}

const isReading = (path) => path.startsWith('/proc/self/fd/')

for (const code of ['EACCES', 'ERR_ACCESS_DENIED', 'ENOENT']) {
  test(`a log that may not be read (${code}) is continued where its length says`, { skip }, async (t) => {
    const { folder, path, states } = await killedInAWrite(t)
    for (const state of states) {
      restoreState(folder, state)
      const [{ outcome, reason }] = refusing(isReading, code, () => recoverNow(path))
      assert.equal(outcome, 'recovered', reason)
      expectAllLines(path, LINES)
    }
  })
}

for (const code of ['EMFILE', 'ENFILE', 'ENOMEM']) {
  test(
    `a log that cannot be read now (${code}) is left as it is, and recovered later`,
    { skip },
    async (t) => {
      const { folder, path, states } = await killedInAWrite(t)
      for (const state of states) {
        restoreState(folder, state)
        const [{ outcome, reason }] = refusing(isReading, code, () => recoverNow(path))
        const isNeeded = outcome === 'failed'
        if (isNeeded) {
          assert.match(reason, new RegExp(code))
          assert.deepEqual(readFileSync(path), state.get('app.log'), 'nothing was written')
          recoverNow(path)
        }
        expectAllLines(path, LINES)
      }
    },
  )
}

test('a log with the mode 0200 is continued at the very byte', { skip }, async (t) => {
  const { folder, path, states } = await killedInAWrite(t)
  for (const state of states) {
    restoreState(folder, state)
    chmodSync(path, 0o200)
    await nextStart(path, SMALL)
    chmodSync(path, 0o600)
    expectAllLines(path, LINES)
  }
})
