// Root, with a log in a folder of another user, who replaces it while root writes: nothing is made, given away or written where
// that user's link leads.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import fs, {
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { createWriter } from 'choose-l2'
import { openTrusted } from '../../build/log/trusted-log.js'
import { cannotBeNobody, NOBODY, sharedFolder } from '../helpers/nobody.js'
import { openHolder, plainRules } from '../helpers/rotating.js'

describe("root's writer, with a log in nobody's folder", { skip: cannotBeNobody }, () => {
  for (const isThere of [false, true]) {
    it(`does not go through a link that takes the place of the log, to ${isThere ? 'a' : 'no'} file`, async (t) => {
      const { folder, folderOf } = sharedFolder(t)
      const path = join(folderOf('nobody', 'logs'), 'app.log')
      const target = join(folderOf('root', 'precious'), 'target')
      const writer = open(t, path)
      chownSync(path, NOBODY.uid, NOBODY.gid)
      if (isThere) symlinkSync('/dev/null', target)
      renameSync(path, join(folder, 'old'))
      symlinkSync(target, path)
      writer.send('a')
      assert.equal(await writer.reopen(Infinity), false)
      assert.equal(existsSync(target), isThere)
      assert.equal(await writer.stop(Infinity), true)
      assert.equal(readFileSync(join(folder, 'old'), 'utf8'), 'a\n')
    })
  }

  it('does not give away a file in a folder that a link leads to', async (t) => {
    const { folder, folderOf } = sharedFolder(t)
    const logs = folderOf('nobody', 'logs')
    const path = join(logs, 'app.log')
    const precious = folderOf('root', 'precious')
    const writer = open(t, path)
    chownSync(path, NOBODY.uid, NOBODY.gid)
    renameSync(logs, join(folder, 'old'))
    symlinkSync(precious, logs)
    await writer.reopen(Infinity)
    await writer.stop(Infinity)
    const made = lstatSync(join(precious, 'app.log'), { throwIfNoEntry: false })
    assert.notEqual(made?.uid, NOBODY.uid)
  })

  it('gives a log that was deleted to its owner again', async (t) => {
    const path = join(sharedFolder(t).folderOf('nobody', 'logs'), 'app.log')
    const writer = open(t, path)
    chownSync(path, NOBODY.uid, NOBODY.gid)
    rmSync(path)
    assert.equal(await writer.reopen(Infinity), true)
    assert.equal(statSync(path).uid, NOBODY.uid)
    writer.send('a')
    assert.equal(await writer.stop(Infinity), true)
    assert.equal(readFileSync(path, 'utf8'), 'a\n')
  })
})

function open(t, path) {
  const writer = createWriter(path, { reopen: false })
  writer.on('error', () => {}) // told by `reopen` as well
  t.after(() => writer.stop())
  return writer
}

describe("root's rotation, in nobody's folder", { skip: cannotBeNobody }, () => {
  for (const [what, plant] of [
    ["one of root's files", (path, precious) => renameSync(precious, path)],
    ['a second name of one', (path, precious) => linkSync(precious, path)],
    ['a FIFO', (path) => execFileSync('mkfifo', [path])],
  ]) {
    it(`gives ${String(what)} that takes the place of the log to nobody, and does not hang`, (t) => {
      const path = join(sharedFolder(t).folderOf('nobody', 'logs'), 'app.log')
      const precious = `${path}.precious`
      writeFileSync(precious, 'precious', { mode: 0o600 })
      const fd = fs.openSync(precious, 'r')
      t.after(() => fs.closeSync(fd))
      const { holder } = rotatingLog(t, path, () => plant(path, precious))
      holder.rotateOrFollow(0, true)
      const { uid, mode } = fs.fstatSync(fd)
      assert.deepEqual([uid, mode & 0o777], [0, 0o600])
    })
  }

  it('changes no file in a folder that a link leads to', (t) => {
    const { folder, folderOf } = sharedFolder(t)
    const logs = folderOf('nobody', 'logs')
    const precious = folderOf('root', 'precious')
    writeFileSync(join(precious, 'app.log'), 'precious', { mode: 0o600 })
    chownSync(folder, NOBODY.uid, NOBODY.gid) // so that nobody may replace the folder
    const { holder } = rotatingLog(t, join(logs, 'app.log'), () => {
      renameSync(logs, join(folder, 'old'))
      symlinkSync(precious, logs)
    })
    holder.rotateOrFollow(0, true)
    const { mode } = statSync(join(precious, 'app.log'))
    assert.deepEqual([mode & 0o777, readFileSync(join(precious, 'app.log'), 'utf8')], [0o600, 'precious'])
  })
})

/** A log with a line, nobody's; `attack` comes between the rename and the creation of the next file. */
function rotatingLog(t, path, attack) {
  writeFileSync(path, 'a\n')
  chownSync(path, NOBODY.uid, NOBODY.gid)
  let isDone = false
  const openSync = (file, flags, mode) => {
    if (!isDone && file === path && (flags & fs.constants.O_EXCL) !== 0) {
      isDone = true
      attack()
    }
    return fs.openSync(file, flags, mode)
  }
  const rules = plainRules(Infinity, { header: () => Buffer.from('HEAD\n') })
  const { holder, close } = openHolder(path, rules, {
    fs: { ...fs, openSync },
    open: (live) => openTrusted(live, () => fs.openSync(live, 'a'), { path }),
  })
  t.after(close)
  holder.rotateOrFollow(0)
  return { holder }
}
