// Another program renames or deletes the log, its folder or what a link leads to. The writer goes on in the file that the
// path leads to, once a second by itself or when asked; between the two files, no line is lost or doubled.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { createWriter } from 'choose-l2'
import { cannotMount } from '../helpers/disks.js'
import { WRITER_TYPES } from '../helpers/kinds.js'
import { tempFolder } from '../helpers/temp-folder.js'
import { until } from '../helpers/until.js'

for (const options of WRITER_TYPES.map((writerType) => ({ writerType })).concat([{ thread: false }])) {
  describe(`reopening, ${JSON.stringify(options)}`, () => {
    it('after a rename, by itself', async (t) => {
      const { path, writer } = open(t, options)
      writer.send('a')
      await writer.flush(Infinity)
      fs.renameSync(path, `${path}.old`)
      await until(() => fs.existsSync(path))
      writer.send('b')
      assert.equal(await writer.stop(Infinity), true)
      assert.deepEqual([read(`${path}.old`), read(path)], ['a\n', 'b\n'])
    })

    it('after a rename, when asked: each line is in one of the files', async (t) => {
      const { path, writer } = open(t, { ...options, reopen: false })
      for (let n = 0; n < 20; n++) {
        writer.send(`${n} a`)
        await writer.flush(Infinity)
        fs.renameSync(path, `${path}.${n}`)
        writer.send(`${n} b`)
        assert.equal(await writer.reopen(Infinity), true)
      }
      assert.equal(await writer.stop(Infinity), true)
      for (let n = 0; n < 20; n++) assert.equal(read(`${path}.${n}`), `${n} a\n${n} b\n`)
      assert.equal(read(path), '')
      assert.equal(writer.metrics.errors, 0)
    })

    it('after a deletion', async (t) => {
      const { path, writer } = open(t, options)
      writer.send('a')
      await writer.flush(Infinity)
      fs.chmodSync(path, 0o640)
      fs.rmSync(path)
      assert.equal(await writer.reopen(Infinity), true)
      writer.send('b')
      assert.equal(await writer.stop(Infinity), true)
      assert.equal(read(path), 'b\n')
    })

    it('a new file has the mode of the old one', async (t) => {
      const { path, writer } = open(t, options)
      fs.chmodSync(path, 0o640)
      fs.renameSync(path, `${path}.old`)
      assert.equal(await writer.reopen(Infinity), true)
      assert.equal(fs.statSync(path).mode & 0o777, 0o640)
    })

    it('while the folder is gone, an error tells it and nothing hangs; once it is back, the log is too', async (t) => {
      const { folder, path, writer } = open(t, { ...options, crashSafe: false })
      const errors = []
      writer.on('error', (error) => errors.push(error))
      fs.renameSync(folder, `${folder}.gone`)
      t.after(() => fs.rmSync(`${folder}.gone`, { recursive: true, force: true }))
      writer.send('a')
      assert.equal(await writer.reopen(Infinity), false)
      assert.equal(errors[0].code, 'ERR_ROTATE_FAILED')
      assert.equal(fs.existsSync(folder), false)
      fs.mkdirSync(folder)
      assert.equal(await writer.reopen(Infinity), true)
      writer.send('b')
      assert.equal(await writer.stop(Infinity), true)
      assert.deepEqual([read(join(`${folder}.gone`, 'app.log')), read(path)], ['a\n', 'b\n'])
    })

    it('what was left unsynced is synced', async (t) => {
      const { path, writer } = open(t, options)
      for (let n = 0; n < 5; n++) {
        writer.send('a')
        await writer.flush(Infinity)
        fs.renameSync(path, `${path}.${n}`)
        assert.equal(await writer.reopen(Infinity), true)
      }
      assert.equal(await writer.sync(Infinity), true)
      assert.equal(await writer.stop(Infinity), true)
    })

    it('copytruncate: nothing that comes later is lost or preceded by NULs', async (t) => {
      const { path, writer } = open(t, options)
      writer.send('a'.repeat(1000))
      await writer.flush(Infinity)
      fs.copyFileSync(path, `${path}.1`)
      fs.truncateSync(path)
      writer.send('b')
      assert.equal(await writer.stop(Infinity), true)
      assert.equal(read(path), 'b\n')
    })

    it('a link that leads to another file is followed', async (t) => {
      const { folder } = open(t, options)
      const [link, one, two] = ['link', 'one.log', 'two.log'].map((name) => join(folder, name))
      fs.symlinkSync(one, link)
      const writer = createWriter(link, options)
      writer.send('a')
      await writer.flush(Infinity)
      fs.rmSync(link)
      fs.symlinkSync(two, link)
      assert.equal(await writer.reopen(Infinity), true)
      writer.send('b')
      assert.equal(await writer.stop(Infinity), true)
      assert.deepEqual([read(one), read(two)], ['a\n', 'b\n'])
    })

    it('a folder in the place of the log is not written to; the log goes on in its file', async (t) => {
      const { path, writer } = open(t, options)
      writer.on('error', () => {})
      fs.renameSync(path, `${path}.old`)
      fs.mkdirSync(path)
      assert.equal(await writer.reopen(Infinity), false)
      writer.send('a')
      assert.equal(await writer.stop(Infinity), true)
      assert.equal(read(`${path}.old`), 'a\n')
    })
  })
}

it('a writer whose descriptor somebody has closed goes on in its file, and closes nobody else’s', async (t) => {
  const { folder, path, writer } = open(t, { thread: false, crashSafe: false })
  writer.on('error', () => {})
  writer.send('a')
  await writer.flush(Infinity)
  const fd = Number(fs.readdirSync('/proc/self/fd').find((name) => leadsTo(name, path)))
  fs.closeSync(fd)
  const opened = []
  while (opened.at(-1) !== fd) opened.push(fs.openSync(join(folder, 'other'), 'w')) // lower numbers may be free
  const other = opened.pop()
  for (const lower of opened) fs.closeSync(lower)
  assert.equal(await writer.reopen(Infinity), true)
  writer.send('b')
  await writer.flush(Infinity)
  fs.writeSync(other, 'mine')
  fs.closeSync(other)
  assert.equal(await writer.stop(Infinity), true)
  assert.deepEqual([read(path), read(join(folder, 'other'))], ['a\nb\n', 'mine'])
})

function leadsTo(name, path) {
  try {
    return fs.readlinkSync(`/proc/self/fd/${name}`) === path
  } catch {
    return false
  }
}

function open(t, options) {
  const folder = join(tempFolder(t), 'logs')
  const path = join(folder, 'app.log')
  const writer = createWriter(path, options)
  t.after(() => writer.stop())
  return { folder, path, writer }
}

function read(path) {
  return fs.readFileSync(path, 'utf8')
}

it('a file system that is mounted over the folder is followed', { skip: cannotMount }, async (t) => {
  const { folder, path, writer } = open(t, { crashSafe: false })
  writer.send('below')
  await writer.flush(Infinity)
  const below = fs.openSync(path, 'r')
  t.after(() => fs.closeSync(below))
  execFileSync('mount', ['-t', 'tmpfs', 'none', folder])
  try {
    assert.equal(await writer.reopen(Infinity), true)
    writer.send('above')
    assert.equal(await writer.stop(Infinity), true)
    assert.equal(read(path), 'above\n')
    assert.equal(fs.readFileSync(below, 'utf8'), 'below\n')
  } finally {
    execFileSync('umount', ['-l', folder])
  }
})
