// A full disk while a log rotates: lines wait, or, where the option says so, the oldest archives make room.

import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { createWriter } from 'choose-l2'
import { cannotMount, tmpfs } from '../helpers/disks.js'
import { WRITER_TYPES } from '../helpers/kinds.js'
import { archivesOf, hundredByteLines, largestOf, textsOf } from '../helpers/rotated.js'
import { tempFolder } from '../helpers/temp-folder.js'
import { until } from '../helpers/until.js'

const LIMIT = 20_480
/** The queue lies on another disk, so that only the log meets a full one. */
const DISK = { crashSafe: false }

for (const writerType of WRITER_TYPES) {
  describe(`a full disk, ${writerType} writer`, { skip: cannotMount }, () => {
    it("onFull 'delete-oldest': the newest lines are all there, and only archives go", async (t) => {
      const { folder } = tmpfs(t, 128 * 1024)
      const path = join(folder, 'app.log')
      writeFileSync(join(folder, 'app.log.bak'), 'of somebody else')
      const rotate = { size: LIMIT, keep: 1e9, onFull: 'delete-oldest' }
      const writer = createWriter(path, { ...DISK, writerType, rotate })
      const lines = hundredByteLines(5000)
      for (const line of lines) writer.send(line)
      assert.equal(await writer.stop(Infinity), true)
      const texts = textsOf(path)
      assert.ok(largestOf(texts) <= LIMIT)
      assert.ok(texts.length > 3)
      const kept = texts.join('').trimEnd().split('\n')
      assert.deepEqual(kept, lines.slice(-kept.length))
      assert.equal(readFileSync(join(folder, 'app.log.bak'), 'utf8'), 'of somebody else')
    })

    it("onFull 'wait': nothing is deleted, and all lines come once there is room", async (t) => {
      const disk = tmpfs(t, 128 * 1024)
      const path = join(disk.folder, 'app.log')
      const writer = createWriter(path, { ...DISK, writerType, rotate: { size: LIMIT, keep: 1e9 } })
      const errors = []
      writer.on('error', ({ code }) => errors.push(code))
      disk.fill(48 * 1024)
      const lines = hundredByteLines(900)
      for (const line of lines) writer.send(line)
      await until(() => errors.length > 0)
      const before = archivesOf(path)
      assert.equal(await writer.stop(1), false)
      disk.free()
      assert.equal(await writer.stop(Infinity), true)
      assert.deepEqual(archivesOf(path).slice(0, before.length), before)
      assert.equal(textsOf(path).join(''), lines.map((line) => `${line}\n`).join(''))
      assert.ok(largestOf(textsOf(path)) <= LIMIT)
    })
  })
}

it('where there is no archive to delete, lines wait', { skip: cannotMount }, async (t) => {
  const disk = tmpfs(t, 128 * 1024)
  const path = join(disk.folder, 'app.log')
  const rotate = { size: '1MB', onFull: 'delete-oldest' }
  const writer = createWriter(path, { ...DISK, rotate })
  const errors = []
  writer.on('error', ({ code }) => errors.push(code))
  disk.fill(8 * 1024)
  for (const line of hundredByteLines(500)) writer.send(line)
  await until(() => errors.length > 0)
  assert.equal(errors[0], 'ERR_WRITE_FAILED')
  disk.free()
  assert.equal(await writer.stop(Infinity), true)
  assert.equal(textsOf(path).join('').split('\n').length, 501)
})

it('a rotation that fails is told, the old file goes on, and nothing loops', async (t) => {
  const folder = tempFolder(t)
  const path = join(folder, 'app.log')
  const writer = createWriter(path, { rotate: { size: 1000, keep: 1e9, keepExtension: true } })
  writer.on('error', () => {})
  // A folder of the next name is no archive of ours, so its number counts as free, and the rename fails each time.
  const { mkdirSync, rmdirSync } = await import('node:fs')
  const day = new Date()
  const name = [day.getFullYear(), day.getMonth() + 1, day.getDate()]
    .map((n) => String(n).padStart(2, '0'))
    .join('-')
  const taken = join(folder, `app-${name}.1.log`)
  mkdirSync(taken)
  const lines = hundredByteLines(100)
  for (const line of lines) writer.send(line)
  assert.equal(await writer.flush(Infinity), true)
  rmdirSync(taken)
  assert.equal(await writer.stop(Infinity), true)
  const all = [...archivesOf(path, true), path].map((file) => readFileSync(file, 'utf8')).join('')
  assert.equal(all, lines.map((line) => `${line}\n`).join(''))
})
