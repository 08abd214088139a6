// A disk that is full in the middle of a large write: what is in the file counts as written, line by line, although
// most of the claim still waits.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createWriter } from 'choose-l2'
import { cannotMount, tmpfs } from '../helpers/disks.js'
import { canMap, WRITER_TYPES } from '../helpers/kinds.js'
import { until } from '../helpers/until.js'

const LINES = 10_000

for (const writerType of WRITER_TYPES) {
  for (const policy of ['block', 'drop_oldest']) {
    const skip = cannotMount || (writerType === 'mmap' && !canMap && 'koffi is not installed')
    test(`${writerType} writer, ${policy}: every whole line in the file counts`, { skip }, async (t) => {
      const disk = tmpfs(t, 32 * 1024 * 1024)
      const path = join(disk.folder, 'app.log')
      const writer = createWriter(path, {
        writerType,
        policy,
        mode: 'manual',
        crashSafe: false,
        queueSize: LINES,
      })
      const errors = []
      writer.on('error', (error) => errors.push(error))
      for (let n = 0; n < LINES; n++) assert.equal(writer.send(`line ${n} ${'x'.repeat(90)}`), true)
      disk.fill(100_000)
      writer.trigger()
      await until(() => errors.length > 0)
      const { written, bytesWritten, pending } = writer.metrics.getSnapshot()
      const content = readFileSync(path, 'latin1').replace(/\0+$/, '')
      const whole = content.split('\n').length - 1
      assert.ok(whole > 100 && whole < LINES)
      assert.deepEqual(
        { written, bytesWritten, pending },
        { written: whole, bytesWritten: content.length, pending: LINES - whole },
      )
      disk.free()
      assert.equal(await writer.stop(Infinity), true)
      assert.equal(writer.metrics.written, LINES)
      assert.equal(readFileSync(path, 'latin1').split('\n').length - 1, LINES)
    })
  }
}
