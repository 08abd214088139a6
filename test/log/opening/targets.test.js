// What a log may be: a path however written, a URL, a descriptor; new or existing, with the permissions asked for.

import assert from 'node:assert/strict'
import {
  closeSync,
  fstatSync,
  openSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join, relative } from 'node:path'
import { describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { createWriter } from 'choose-l2'
import { canMap, WRITER_TYPES } from '../../helpers/kinds.js'
import { tempFolder } from '../../helpers/temp-folder.js'

for (const writerType of WRITER_TYPES) {
  describe(`${writerType} writer`, () => {
    test('a relative path stays the same file when the process changes its folder', async (t) => {
      const folder = tempFolder(t)
      const start = process.cwd()
      t.after(() => process.chdir(start))
      process.chdir(folder)
      const writer = createWriter(join('logs', 'app.log'), { writerType })
      process.chdir('/')
      writer.send('here')
      assert.equal(await writer.stop(), true)
      const path = join(folder, 'logs', 'app.log')
      assert.equal(relative(path, writer.path), '')
      assert.equal(readFileSync(path, 'utf8'), 'here\n')
    })

    test('a file: URL, with characters that need escaping', async (t) => {
      const path = join(tempFolder(t), 'a b%ä#?.log')
      await writeOne(pathToFileURL(path), { writerType })
      assert.equal(readFileSync(path, 'utf8'), 'a line\n')
    })

    test('append keeps what is there, also without a last newline; append: false empties it', async (t) => {
      const path = join(tempFolder(t), 'app.log')
      writeFileSync(path, 'old\nhalf')
      await writeOne(path, { writerType })
      assert.equal(readFileSync(path, 'utf8'), 'old\nhalfa line\n')
      await writeOne(path, { writerType })
      assert.equal(readFileSync(path, 'utf8'), 'old\nhalfa line\na line\n')
      await writeOne(path, { writerType, append: false })
      assert.equal(readFileSync(path, 'utf8'), 'a line\n')
    })

    test('fileMode holds for a new file, less the umask, and leaves an existing one alone', async (t) => {
      const folder = tempFolder(t)
      const umask = process.umask(0o027)
      t.after(() => process.umask(umask))
      await writeOne(join(folder, 'default.log'), { writerType })
      await writeOne(join(folder, 'app.log'), { writerType, fileMode: 0o606 })
      await writeOne(join(folder, 'app.log'), { writerType, fileMode: 0o666 })
      assert.equal(statSync(join(folder, 'default.log')).mode & 0o777, 0o640)
      assert.equal(statSync(join(folder, 'app.log')).mode & 0o777, 0o600)
    })

    test('a symbolic link leads to its file', async (t) => {
      const folder = tempFolder(t)
      symlinkSync(join(folder, 'app.log'), join(folder, 'link.log'))
      await writeOne(join(folder, 'link.log'), { writerType })
      assert.equal(readFileSync(join(folder, 'app.log'), 'utf8'), 'a line\n')
    })

    test("a descriptor stays the user's, and open", async (t) => {
      const path = join(tempFolder(t), 'app.log')
      const fd = openSync(path, 'a+')
      t.after(() => closeSync(fd))
      const writer = createWriter(fd, { writerType })
      assert.equal(writer.path, `fd:${fd}`)
      writer.send('a line')
      assert.equal(await writer.stop(), true)
      assert.equal(fstatSync(fd).size, 7)
      writeSync(fd, 'still open\n')
      assert.equal(readFileSync(path, 'utf8'), 'a line\nstill open\n')
    })
  })
}

async function writeOne(target, options) {
  const writer = createWriter(target, options)
  assert.equal(writer.send('a line'), true)
  assert.equal(await writer.stop(), true)
}

test('a descriptor is free for the next memory-mapped writer after stop', { skip: !canMap }, async (t) => {
  const path = join(tempFolder(t), 'app.log')
  const fd = openSync(path, 'a+')
  t.after(() => closeSync(fd))
  const first = createWriter(fd, { writerType: 'mmap' })
  first.send('one')
  assert.equal(await first.stop(Infinity), true)
  const second = createWriter(path, { writerType: 'mmap' })
  second.send('two')
  assert.equal(await second.stop(Infinity), true)
  assert.equal(readFileSync(path, 'utf8'), 'one\ntwo\n')
})
