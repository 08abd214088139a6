// Somebody else holds the lock of the side file, as a process does that was stopped in the middle of a rotation: lines that
// need a new file wait in the queue, and nothing is lost, doubled or out of order once the lock is free. After three seconds,
// the old file takes them.

import assert from 'node:assert/strict'
import fs from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { createWriter } from 'choose-l2'
import { sideFileOf } from '../../build/log/rotation/archive-names.js'
import { loadLibc } from '../../build/native/libc.js'
import { canMap, WRITER_TYPES } from '../helpers/kinds.js'
import { hundredByteLines, largestOf, textsOf } from '../helpers/rotated.js'
import { tempFolder } from '../helpers/temp-folder.js'

const libc = loadLibc()
const LIMIT = 1000

describe('while another process holds the lock', { skip: canMap ? false : 'there is no koffi' }, () => {
  for (const options of WRITER_TYPES.map((writerType) => ({ writerType })).concat([{ thread: false }])) {
    it(`lines wait for a new file, ${JSON.stringify(options)}`, async (t) => {
      const { path, writer, hold } = open(t, options)
      const lines = hundredByteLines(100)
      for (const line of lines.slice(0, 5)) writer.send(line)
      assert.equal(await writer.flush(Infinity), true)
      const release = hold()
      for (const line of lines.slice(5)) assert.equal(writer.send(line), true)
      assert.equal(await writer.flush(50), false)
      assert.equal(await writer.rotate(50), false)
      assert.ok(writer.metrics.pending > 0)
      assert.equal(await writer.stop(50), false)
      release()
      assert.equal(await writer.stop(Infinity), true)
      const texts = textsOf(path)
      assert.equal(texts.join(''), lines.map((line) => `${line}\n`).join(''))
      assert.ok(largestOf(texts) <= LIMIT)
      assert.equal(writer.metrics.errors, 0, 'that is not an error')
    })
  }

  it('the old file takes the lines in the end, and an error says who holds the lock', async (t) => {
    const { path, writer, hold } = open(t, {})
    const errors = []
    writer.on('error', (error) => errors.push(error))
    hold()
    const lines = hundredByteLines(100)
    for (const line of lines) writer.send(line)
    assert.equal(await writer.stop(Infinity), true)
    assert.equal(fs.readFileSync(path, 'utf8'), lines.map((line) => `${line}\n`).join(''))
    assert.equal(errors.length, 1)
    assert.match(errors[0].message, new RegExp(`process ${process.pid} holds the lock`))
  })

  for (const thread of [true, false]) {
    it(`a rotation that was asked for does not keep the writer from its end, thread: ${thread}`, async (t) => {
      const { path, writer, hold } = open(t, { thread })
      writer.send('a')
      assert.equal(await writer.flush(Infinity), true)
      hold()
      const rotated = writer.rotate(Infinity)
      assert.equal(await writer.stop(Infinity), true)
      assert.equal(await rotated, false)
      assert.equal(fs.readFileSync(path, 'utf8'), 'a\n')
      assert.equal(writer.metrics.errors, 0)
    })
  }

  it('lines that fit are written', async (t) => {
    const { path, writer, hold } = open(t, {})
    hold()
    for (const line of hundredByteLines(9)) writer.send(line)
    assert.equal(await writer.stop(Infinity), true)
    assert.equal(fs.statSync(path).size, 900)
  })

  it('a start is refused after some tries, with what is wrong', (t) => {
    const { path, hold } = open(t, {})
    fs.rmSync(path) // so that it must be settled
    hold()
    assert.throws(() => createWriter(path, { rotate: { size: LIMIT } }), {
      code: 'ERR_OPEN_FAILED',
      message: /process [0-9]+ holds the lock/,
    })
  })
})

function open(t, options) {
  const path = join(tempFolder(t), 'app.log')
  const writer = createWriter(path, { ...options, rotate: { size: LIMIT, keep: 1e9 } })
  t.after(() => writer.stop())
  const hold = () => {
    const fd = fs.openSync(sideFileOf(path), 'r+')
    assert.equal(libc.tryLock(fd), true)
    const release = () => fs.closeSync(fd)
    t.after(() => {
      try {
        release()
      } catch {
        // released by the test
      }
    })
    return release
  }
  return { path, writer, hold }
}
