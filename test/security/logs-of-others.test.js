// Root, with a log in a folder of another user, who replaces it while root writes: nothing is made, given away or written where
// that user's link leads.

import assert from 'node:assert/strict'
import {
  chownSync,
  existsSync,
  lstatSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { createWriter } from 'choose-l2'
import { cannotBeNobody, NOBODY, sharedFolder } from '../helpers/nobody.js'

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
