// Queue files of another user, as root finds them: what an unprivileged user has put there never reaches a file that
// this user could not write to, and what is the user's own is recovered.

import assert from 'node:assert/strict'
import {
  chownSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { recover } from 'choose-l2'
import { nextStart, queueFiles } from '../helpers/orphan.js'
import { spoil } from '../helpers/queue-bytes.js'
import { cannotBeNobody, NOBODY, sharedFolder } from '../helpers/nobody.js'
import { expectAllLines } from '../helpers/numbered-lines.js'
import { runProgram } from '../helpers/program.js'

const LINES = 20
const OPTIONS = { lanes: 2, queueBytes: 16 * 1024, queueSize: 1000 }

describe("root, with nobody's queue file", { skip: cannotBeNobody }, () => {
  test("beside root's log, does not write its lines there", async (t) => {
    const path = join(sharedFolder(t).folderOf('root', 'logs', 0o1777), 'app.log')
    await leaveAsNobody(t, path)
    chownSync(path, 0, 0)
    for (const found of [(await nextStart(path)).queues, recover(dirname(path)), recover(path)]) {
      assert.deepEqual(found.map(brief), [{ outcome: 'refused', lines: 0 }])
      assert.match(found[0].reason, /belongs to user 65534/)
    }
    assert.equal(readFileSync(path, 'utf8'), '')
    assert.equal(queueFiles(dirname(path), path).length, 1)
  })

  for (const way of ['recover', 'next start']) {
    test(`beside nobody's log, recovers it with nobody's rights: ${way}`, async (t) => {
      const path = join(sharedFolder(t).folderOf('nobody', 'logs'), 'app.log')
      await leaveAsNobody(t, path)
      const found = way === 'recover' ? recover(dirname(path)) : (await nextStart(path)).queues
      assert.deepEqual(found.map(brief), [{ outcome: 'recovered', lines: LINES }])
      expectAllLines(path, LINES)
      assert.equal(statSync(path).uid, NOBODY.uid)
      assert.deepEqual(readdirSync(dirname(path)), ['app.log'])
    })
  }

  test('makes a log that is gone again, and it is nobody’s', async (t) => {
    const path = join(sharedFolder(t).folderOf('nobody', 'logs'), 'app.log')
    await leaveAsNobody(t, path)
    renameSync(path, `${path}.1`)
    assert.deepEqual(recover(dirname(path)).map(brief), [{ outcome: 'recovered', lines: LINES }])
    assert.equal(statSync(path).uid, NOBODY.uid)
  })

  test('puts a damaged one aside', async (t) => {
    const path = join(sharedFolder(t).folderOf('nobody', 'logs'), 'app.log')
    await leaveAsNobody(t, path)
    spoil(queueFiles(dirname(path), path)[0], ({ words }) => (words[1] = 77))
    assert.deepEqual(recover(dirname(path)).map(brief), [{ outcome: 'damaged', lines: 0 }])
  })

  for (const target of ['the folder', 'the log']) {
    test(`writes nothing through a link that nobody puts in the place of the log, given ${target}`, async (t) => {
      const { folder, folderOf } = sharedFolder(t)
      const path = join(folderOf('nobody', 'logs'), 'app.log')
      const precious = join(folder, 'precious')
      writeFileSync(precious, 'precious')
      await leaveAsNobody(t, path)
      renameSync(path, `${path}.1`)
      symlinkSync(precious, path)
      const [{ outcome }] = recover(target === 'the log' ? path : dirname(path))
      assert.notEqual(outcome, 'recovered')
      assert.equal(readFileSync(precious, 'utf8'), 'precious')
      assert.equal(queueFiles(dirname(path), path).length, 1)
    })
  }
})

test(
  "root's own queue file, with a link that nobody put in the place of the log",
  { skip: cannotBeNobody },
  async (t) => {
    const { folder, folderOf } = sharedFolder(t)
    const path = join(folderOf('nobody', 'logs'), 'app.log')
    const precious = join(folder, 'precious')
    writeFileSync(precious, 'precious')
    await leave(t, path, {})
    renameSync(path, `${path}.1`)
    symlinkSync(precious, path)
    assert.deepEqual(recover(path).map(brief), [{ outcome: 'refused', lines: 0 }])
    assert.equal(readFileSync(precious, 'utf8'), 'precious')
  },
)

function brief({ outcome, lines }) {
  return { outcome, lines }
}

function leaveAsNobody(t, path) {
  return leave(t, path, NOBODY)
}

async function leave(t, path, user) {
  const task = JSON.stringify({ path, options: OPTIONS, lines: LINES })
  const { signal, stderr } = await runProgram(t, 'leave-behind.js', [task], user)
  assert.equal(signal, 'SIGKILL', stderr)
}
