// A benchmark's file is compared with what was sent: whatever is missing, torn or in the wrong place is found.

import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { linesOf, linesOfThread, shapes } from '../../bench/shared/lines.js'
import { countLines, verifyCycle, verifyThreads } from '../../bench/shared/verify.js'
import { tempFolder } from '../helpers/temp-folder.js'

const folder = tempFolder()
const path = join(folder, 'log')

for (const shape of shapes) {
  test(`the file of lines of the shape ${shape} is right only as it was sent`, () => {
    const lines = linesOf(shape)
    const count = 2500
    const text = Array.from({ length: count }, (_, n) => lines.ended[n % 1000]).join('')
    writeFileSync(path, text)
    verifyCycle(path, lines, count)
    assert.equal(countLines(path), count)
    assert.equal(lines.bytesOf(count), Buffer.byteLength(text))

    assert.throws(() => verifyCycle(path, lines, count - 1), /Expected \d+ bytes/u)
    writeFileSync(path, text.replace('001', '100'))
    assert.throws(() => verifyCycle(path, lines, count), /Wrong bytes/u)
    writeFileSync(path, '')
    assert.throws(() => verifyCycle(path, lines, count), /empty/u)
  })
}

test('lines are as long as their shape says, and the four forms are the same lines', () => {
  for (const [shape, bytes] of [
    ['json 107', 107],
    ['json 100', 100],
    ['json 512', 512],
    ['emoji', 100],
  ]) {
    const lines = linesOf(shape)
    assert.equal(new Set(lines.texts).size, 1000)
    for (const n of [0, 7, 999]) {
      assert.equal(Buffer.byteLength(lines.ended[n]), bytes)
      assert.equal(lines.ended[n], `${lines.texts[n]}\n`)
      assert.equal(lines.bytes[n].toString(), lines.texts[n])
      assert.equal(lines.endedBytes[n].toString(), lines.ended[n])
    }
  }
})

test('of several threads each must have its own lines in order, in any mixture', () => {
  const threads = [0, 1].map((thread) => {
    const { ended } = linesOfThread(thread)
    const cycle = ended.map((line) => Buffer.from(line))
    return { key: `{"thread":${thread},`, length: ended[0].length, cycle, ended }
  })
  const [a, b] = threads.map(({ ended }) => ended)
  writeFileSync(path, [a[0], b[0], b[1], a[1], b[2]].join(''))
  verifyThreads(path, threads, [2, 3])
  assert.throws(() => verifyThreads(path, threads, [3, 3]), /Thread 0: sent 3 lines, found 2/u)
  writeFileSync(path, [a[1], a[0]].join(''))
  assert.throws(() => verifyThreads(path, threads, [2, 0]), /not line 0/u)
  writeFileSync(path, a[0].slice(0, -5) + b[0])
  assert.throws(() => verifyThreads(path, threads, [1, 1]))
})
