// No file of a rotating log exceeds its limit, and all lines are there, in order: each writer, with and without a thread.

import assert from 'node:assert/strict'
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { createWriter } from 'choose-l2'
import { WRITER_TYPES } from '../helpers/kinds.js'
import { archivesOf, hundredByteLines, largestOf, textsOf } from '../helpers/rotated.js'
import { tempFolder } from '../helpers/temp-folder.js'

const LIMIT = 20_480
const WAYS = WRITER_TYPES.flatMap((writerType) => [true, false].map((thread) => ({ writerType, thread })))

for (const way of WAYS) {
  describe(`a limit of ${LIMIT} bytes, ${JSON.stringify(way)}`, () => {
    it('3,000 lines of 100 bytes in a tight loop: all there in order, and the events count them', async (t) => {
      const path = join(tempFolder(t), 'app.log')
      const writer = createWriter(path, { ...way, rotate: { size: LIMIT, keep: Infinity } })
      const events = []
      writer.on('rotate', (rotation) => events.push(rotation))
      const lines = hundredByteLines(3000)
      for (const line of lines) assert.equal(writer.send(line), true)
      assert.equal(await writer.stop(Infinity), true)
      const texts = textsOf(path)
      assert.equal(texts.join(''), lines.map((line) => `${line}\n`).join(''))
      assert.ok(largestOf(texts) <= LIMIT)
      assert.deepEqual(
        events.map(({ to }) => to),
        archivesOf(path),
      )
      for (const [n, { from, bytes, lines: count, first, last, reason }] of events.entries()) {
        assert.deepEqual(
          { from, bytes, count, reason },
          {
            from: path,
            bytes: texts[n].length,
            count: texts[n].length / 100,
            reason: 'size',
          },
        )
        assert.ok(first <= last && last <= Date.now())
      }
    })

    it('counts what is there at a start, and what other programs append', async (t) => {
      const path = join(tempFolder(t), 'app.log')
      writeFileSync(path, 'x'.repeat(LIMIT - 101) + '\n')
      for (let start = 0; start < 3; start++) {
        const writer = createWriter(path, { ...way, rotate: { size: LIMIT, keep: Infinity } })
        for (const line of hundredByteLines(30, start * 30)) writer.send(line)
        assert.equal(await writer.stop(Infinity), true)
      }
      const texts = textsOf(path)
      assert.equal(texts.length, 2)
      assert.equal(texts[0].length, LIMIT)
      assert.equal(texts.join('').split('\n').length - 1, 91)
      if (way.writerType === 'mmap') return // it owns its log
      appendFileSync(path, 'y'.repeat(LIMIT - texts[1].length - 51) + '\n')
      const writer = createWriter(path, { ...way, rotate: { size: LIMIT, keep: Infinity } })
      writer.send('z'.repeat(60))
      assert.equal(await writer.stop(Infinity), true)
      assert.equal(readFileSync(path, 'utf8'), `${'z'.repeat(60)}\n`)
    })

    it('a line longer than the limit gets a file of its own', async (t) => {
      const path = join(tempFolder(t), 'app.log')
      const writer = createWriter(path, { ...way, rotate: { size: 1000, keep: Infinity } })
      const lines = ['a', 'b'.repeat(5000), 'c', 'd'.repeat(999), 'e']
      for (const line of lines) writer.send(line)
      assert.equal(await writer.stop(Infinity), true)
      assert.deepEqual(
        textsOf(path),
        lines.map((line) => `${line}\n`),
      )
    })

    it('a line larger than the queue is not split', async (t) => {
      const path = join(tempFolder(t), 'app.log')
      const writer = createWriter(path, {
        ...way,
        queueBytes: 64 * 1024,
        rotate: { size: 300_000, keep: Infinity },
      })
      const lines = Array.from({ length: 8 }, (_, n) => String(n).repeat(100_000 + n))
      for (const line of lines) writer.send(line)
      assert.equal(await writer.stop(Infinity), true)
      const texts = textsOf(path)
      assert.equal(texts.join(''), lines.map((line) => `${line}\n`).join(''))
      assert.ok(largestOf(texts) <= 300_000)
      assert.ok(texts.every((text) => text.endsWith('\n')))
    })

    it('dropped lines and their markers stay within the limit', async (t) => {
      const path = join(tempFolder(t), 'app.log')
      const writer = createWriter(path, {
        ...way,
        policy: 'drop_oldest',
        queueSize: 50,
        dropMarker: '{lines} lines dropped',
        rotate: { size: 2000, keep: Infinity },
      })
      for (const line of hundredByteLines(5000)) writer.send(line)
      assert.equal(await writer.stop(Infinity), true)
      const texts = textsOf(path)
      assert.ok(largestOf(texts) <= 2000)
      const lines = texts.join('').trimEnd().split('\n')
      const dropped = lines.map((line) => Number(/^(\d+) lines dropped$/.exec(line)?.[1] ?? 0))
      assert.equal(
        dropped.reduce((sum, n) => sum + n, 0),
        writer.metrics.dropped,
      )
      assert.equal(lines.filter((line) => line.length === 99).length, writer.metrics.written)
    })
  })
}

it('nothing is kept beyond the number of archives', async (t) => {
  const path = join(tempFolder(t), 'app.log')
  const writer = createWriter(path, { rotate: { size: 1000, keep: 3 } })
  const lines = hundredByteLines(200)
  for (const line of lines) writer.send(line)
  assert.equal(await writer.stop(Infinity), true)
  assert.equal(archivesOf(path).length, 3)
  assert.equal(
    textsOf(path).join(''),
    lines
      .slice(-40)
      .map((line) => `${line}\n`)
      .join(''),
  )
})

it('append: false empties the file, and its old bytes do not count', async (t) => {
  const path = join(tempFolder(t), 'app.log')
  for (let start = 0; start < 3; start++) {
    const writer = createWriter(path, { append: false, rotate: { size: 1000 } })
    for (const line of hundredByteLines(9)) writer.send(line)
    assert.equal(await writer.stop(Infinity), true)
    assert.deepEqual(
      textsOf(path).map((text) => text.length),
      [900],
    )
  }
})
