// What the next start finds at the end of the log, and makes of it: NULs that a killed memory-mapped writer without a
// queue file allocated, and, with `append: false`, all that an earlier run wrote and left.

import assert from 'node:assert/strict'
import { closeSync, ftruncateSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createWriter } from 'choose-l2'
import { WINDOW_BYTES } from '../../build/log/mmap-sink.js'
import { allFiles, leaveBehind, nextStart } from '../helpers/orphan.js'
import { canMap, WRITER_TYPES } from '../helpers/kinds.js'
import { lineOf, expectAllLines } from '../helpers/numbered-lines.js'
import { tempFolder } from '../helpers/temp-folder.js'

const skip = !canMap && 'koffi is not installed'

describe('NULs at the end of the log', { skip }, () => {
  for (const crashSafe of [false, true]) {
    test(`a memory-mapped writer goes on at the last line of a killed one (crashSafe: ${crashSafe})`, async (t) => {
      const path = join(tempFolder(t), 'app.log')
      await killMapped(t, path, 20)
      assert.equal(statSync(path).size, WINDOW_BYTES)
      const writer = createWriter(path, { writerType: 'mmap', crashSafe })
      for (let n = 20; n < 30; n++) writer.send(lineOf(0, n))
      assert.equal(await writer.stop(Infinity), true)
      expectAllLines(path, 30)
    })
  }

  for (const [name, content, size] of [
    ['in the middle of a line', 'a line\nand a half', WINDOW_BYTES],
    ['of a file that does not end with a window', 'a line\n', 4096],
  ]) {
    test(`that stand ${name} are not cut`, async (t) => {
      const path = join(tempFolder(t), 'app.log')
      writeFileSync(path, content)
      resize(path, size)
      await nextStart(path, { writerType: 'mmap' })
      assert.equal(statSync(path).size, size)
    })
  }

  test('a whole window of them goes, whatever is before it', async (t) => {
    const path = join(tempFolder(t), 'app.log')
    writeFileSync(path, `${'x'.repeat(WINDOW_BYTES - 1)}\n`)
    resize(path, 2 * WINDOW_BYTES)
    await nextStart(path, { writerType: 'mmap' })
    assert.equal(statSync(path).size, WINDOW_BYTES)
  })
})

for (const writerType of WRITER_TYPES) {
  test(
    `${writerType} writer, append: false: nothing of a killed run is left, as after one that ended well`,
    {
      skip,
    },
    async (t) => {
      const path = join(tempFolder(t), 'app.log')
      await leaveBehind(t, { path, written: 10, lines: 50, options: { writerType } })
      const writer = createWriter(path, { writerType, append: false })
      assert.equal(readFileSync(path, 'utf8'), '')
      writer.send('the only line')
      assert.equal(await writer.stop(Infinity), true)
      assert.equal(readFileSync(path, 'utf8'), 'the only line\n')
      assert.deepEqual(allFiles(join(path, '..'), path), [])
    },
  )
}

/** Lets a memory-mapped writer without a queue file write so many lines and die. */
async function killMapped(t, path, lines) {
  const options = { writerType: 'mmap', crashSafe: false }
  await assert.rejects(leaveBehind(t, { path, written: lines, lines, options }), /one queue file is left/)
}

function resize(path, bytes) {
  const fd = openSync(path, 'r+')
  ftruncateSync(fd, bytes)
  closeSync(fd)
}
