// The log or its folder is deleted under an open writer, as a clumsy clean-up does it. The kernel keeps the file for
// every process that has it open, so nothing fails: what is sent goes where the rest of the log went. (That a new file is
// begun is in reopen.test.js.)

import assert from 'node:assert/strict'
import { closeSync, existsSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { attachWriter, createWriter } from 'choose-l2'
import { WRITER_TYPES } from '../helpers/kinds.js'
import { tempFolder } from '../helpers/temp-folder.js'

for (const writerType of WRITER_TYPES) {
  for (const gone of ['log', 'folder']) {
    describe(`${writerType} writer, the ${gone} is deleted`, () => {
      test('every call works on, and the deleted file holds every line', async (t) => {
        const { folder, path, writer, reader } = start(t, writerType)
        writer.send('before')
        assert.equal(await writer.flush(Infinity), true)
        rmSync(gone === 'log' ? path : folder, { recursive: true })
        assert.equal(writer.send('after'), true)
        assert.equal(await writer.flush(Infinity), true)
        assert.equal(await writer.sync(Infinity), true)
        assert.equal(await writer.stop(Infinity), true)
        assert.equal(readFileSync(reader, 'utf8'), 'before\nafter\n')
        assert.equal(writer.metrics.errors, 0)
        if (gone === 'log') assert.deepEqual(readdirSync(folder), [])
      })
    })
  }

  test(`${writerType} writer: the folder is deleted before the thread has started`, async (t) => {
    const { folder, writer, reader } = start(t, writerType)
    rmSync(folder, { recursive: true })
    writer.on('error', () => {})
    for (let n = 0; n < 500; n++) writer.send(`line ${n}`)
    assert.equal(await writer.stop(Infinity), true)
    assert.equal(readFileSync(reader, 'utf8').split('\n').length, 501)
  })

  test(`${writerType} writer: the folder is deleted, then comes a line larger than the queue`, async (t) => {
    const { folder, writer, reader } = start(t, writerType, { queueBytes: 64 * 1024 })
    rmSync(folder, { recursive: true })
    const long = 'x'.repeat(100_000)
    assert.equal(writer.send(long), true)
    assert.equal(writer.send('after'), true)
    assert.equal(await writer.stop(Infinity), true)
    assert.equal(readFileSync(reader, 'utf8'), `${long}\nafter\n`)
    assert.equal(existsSync(folder), false, 'nothing makes it again')
  })

  test(`${writerType} writer: the folder is deleted between lines of two senders larger than the queue`, async (t) => {
    const { folder, writer, reader } = start(t, writerType, { queueBytes: 64 * 1024 })
    const attached = attachWriter(writer.handle)
    const long = ['a', 'b', 'c', 'd', 'e'].map((letter, n) => letter.repeat(100_000 + 10_000 * ((n * 2) % 5)))
    for (const [n, line] of long.entries()) {
      const sender = n % 2 === 0 ? writer : attached
      assert.equal(sender.send(line), true)
      assert.equal(await sender.flush(Infinity), true) // each of the threads has mapped its place
      if (n === 1) rmSync(folder, { recursive: true })
    }
    assert.equal(await writer.stop(Infinity), true)
    assert.equal(readFileSync(reader, 'utf8'), `${long.join('\n')}\n`)
  })
}

function start(t, writerType, options = {}) {
  const folder = join(tempFolder(t), 'logs')
  const path = join(folder, 'app.log')
  const writer = createWriter(path, { writerType, reopen: false, ...options })
  const reader = openSync(path, 'r')
  t.after(() => closeSync(reader))
  return { folder, path, writer, reader }
}
