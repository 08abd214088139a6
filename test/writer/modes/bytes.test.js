// Bytes are written as they are, and sendLines as the same lines one by one.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createWriter } from 'choose-l2'
import { expectBalance } from '../../helpers/invariants.js'
import { WRITER_TYPES } from '../../helpers/kinds.js'
import { expectAllLines, lineOf, readNumbered } from '../../helpers/numbered-lines.js'
import { tempFolder } from '../../helpers/temp-folder.js'

const NEWLINE = Buffer.from('\n')

for (const writerType of WRITER_TYPES) {
  for (const thread of [true, false]) {
    const start = (t, options) => {
      const path = join(tempFolder(t), 'app.log')
      return { path, writer: createWriter(path, { writerType, thread, ...options }) }
    }

    test(`binary lines arrive byte for byte (${writerType}, thread: ${thread})`, async (t) => {
      const { path, writer } = start(t, { queueBytes: 3000 })
      const parts = []
      for (let n = 0; n < 600; n++) {
        const line = Uint8Array.from({ length: (n * 37) % 1200 }, (_, at) => (at * 31 + n) & 0xff)
        // Every third one as a view into something larger.
        assert.equal(writer.send(n % 3 === 0 ? Buffer.from(line).subarray(0) : line), true)
        parts.push(line, NEWLINE)
        if (n % 50 === 0) {
          writer.send(`text ${n} €`)
          parts.push(Buffer.from(`text ${n} €\n`))
        }
      }
      assert.equal(await writer.stop(Infinity), true)
      assert.ok(readFileSync(path).equals(Buffer.concat(parts)))
    })

    test(`the sender may use its buffer again at once (${writerType}, thread: ${thread})`, async (t) => {
      const { path, writer } = start(t, {})
      const buffer = Buffer.alloc(10)
      for (let n = 0; n < 100; n++) writer.send(buffer.fill(65 + (n % 26)))
      assert.equal(await writer.stop(Infinity), true)
      const expected = Array.from(
        { length: 100 },
        (_, n) => `${String.fromCharCode(65 + (n % 26)).repeat(10)}\n`,
      )
      assert.equal(readFileSync(path, 'utf8'), expected.join(''))
    })

    test(`sendLines keeps the order with send around it (${writerType}, thread: ${thread})`, async (t) => {
      const { path, writer } = start(t, { queueSize: 100 })
      let n = 0
      for (let round = 0; round < 50; round++) {
        writer.send(lineOf(0, n++))
        const lines = Array.from({ length: round * 7 }, () => `${lineOf(0, n++)}\n`)
        assert.equal(writer.sendLines(Buffer.from(lines.join(''))), lines.length)
      }
      assert.equal(await writer.stop(Infinity), true)
      expectAllLines(path, n)
      assert.equal(writer.metrics.enqueued, n)
    })
  }
}

for (const policy of ['drop_newest', 'drop_oldest']) {
  test(`sendLines says how many were accepted (${policy})`, async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const writer = createWriter(path, { policy, mode: 'manual', queueSize: 100 })
    const lines = Array.from({ length: 1000 }, (_, n) => `${lineOf(0, n)}\n`)
    assert.equal(writer.sendLines(Buffer.from(lines.join(''))), policy === 'drop_newest' ? 100 : 1000)
    expectBalance(writer.metrics)
    assert.equal(writer.metrics.dropped, 900)
    assert.equal(await writer.stop(), true)
    const numbers = readNumbered(path).get(0)
    assert.equal(numbers.length, 100)
    assert.equal(numbers[0], policy === 'drop_newest' ? 0 : 900)
  })
}

test('text that is no text, or no whole lines, is refused and sends nothing', async (t) => {
  const path = join(tempFolder(t), 'app.log')
  const writer = createWriter(path)
  for (const line of [undefined, null, 1, {}, ['a'], Symbol('a')]) {
    assert.throws(() => writer.send(line), { code: 'ERR_INVALID_ARGUMENT' })
    await assert.rejects(writer.sendAsync(line), { code: 'ERR_INVALID_ARGUMENT' })
  }
  assert.throws(() => writer.sendLines('a\n'), { code: 'ERR_INVALID_ARGUMENT' })
  assert.throws(() => writer.sendLines(Buffer.from('a\nhalf')), { code: 'ERR_INVALID_ARGUMENT' })
  assert.equal(writer.sendLines(new Uint8Array(0)), 0)
  assert.equal(await writer.stop(), true)
  assert.equal(writer.metrics.enqueued, 0)
  assert.equal(readFileSync(path, 'utf8'), '')
})
