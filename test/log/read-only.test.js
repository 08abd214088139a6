// The file system becomes read-only: under an open log by an error of its own, as ext4 does it (the kernel lets nobody
// remount it then); or before the start.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createWriter } from 'choose-l2'
import { nextStart } from '../helpers/orphan.js'
import { cannotMount, cannotMountImages, ext4, tmpfs } from '../helpers/disks.js'
import { longLine, readLongLines, upTo } from '../helpers/long-lines.js'
import { runProgram } from '../helpers/program.js'
import { canMap } from '../helpers/kinds.js'
import { tempFolder } from '../helpers/temp-folder.js'
import { until } from '../helpers/until.js'

describe('a file system that finds itself damaged', { skip: cannotMountImages }, () => {
  for (const policy of ['block', 'drop_newest', 'drop_oldest', 'warn']) {
    test(`${policy}: calls end in their time, and nothing is counted as written`, async (t) => {
      const disk = ext4(t)
      const writer = createWriter(join(disk.folder, 'app.log'), { policy, crashSafe: false, queueSize: 1000 })
      const errors = []
      writer.on('error', (error) => errors.push(error))
      writer.send('before')
      assert.equal(await writer.sync(Infinity), true)
      disk.findError()
      for (let n = 0; n < 1000; n++) assert.equal(writer.send(`line ${n}`), true)
      await until(() => errors.length > 0)
      assert.equal(await writer.flush(1), false)
      assert.equal(await writer.sync(1), false)
      assert.equal(await writer.stop(1), false)
      const { written, pending, dropped } = writer.metrics.getSnapshot()
      assert.deepEqual({ written, pending, dropped }, { written: 1, pending: 1000, dropped: 0 })
      for (const { code, cause } of errors) {
        assert.equal(code, 'ERR_WRITE_FAILED')
        assert.ok(['EROFS', 'EIO'].includes(cause.code), cause.code)
      }
    })
  }
})

// What the mmap writer has copied into space it had allocated before is lost with the disk's cache, see docs/faults.md.
for (const writerType of ['line', 'block']) {
  const skip = cannotMountImages || (!canMap && 'koffi is not installed')
  test(
    `${writerType} writer: after a restart on the repaired disk all lines are there`,
    { skip },
    async (t) => {
      const disk = ext4(t)
      const queueDir = tempFolder(t) // on another disk
      const path = join(disk.folder, 'app.log')
      const args = [path, JSON.stringify({ writerType, queueDir }), disk.device]
      const { code, stdout, stderr } = await runProgram(t, 'read-only-disk.js', args)
      assert.equal(code, 4, stderr)
      assert.deepEqual(JSON.parse(stdout), { flush: false, sync: false, stop: false, wasWritten: 1 })
      disk.repair()
      await nextStart(path, { writerType, queueDir })
      assert.deepEqual(readLongLines(path), upTo(100))
    },
  )
}

test('nobody can remount a disk read-only on which a log is open', { skip: cannotMount }, async (t) => {
  const disk = tmpfs(t)
  const path = join(disk.folder, 'app.log')
  const writer = createWriter(path, { crashSafe: false })
  assert.throws(() => disk.makeReadOnly()) // EBUSY
  for (let n = 0; n < 100; n++) writer.send(longLine(n))
  assert.equal(await writer.stop(Infinity), true)
  assert.deepEqual(readLongLines(path), upTo(100))
  disk.makeReadOnly()
})

test('a log on a read-only disk is refused at once', { skip: cannotMount }, (t) => {
  const disk = tmpfs(t)
  disk.makeReadOnly()
  assert.throws(
    () => createWriter(join(disk.folder, 'app.log')),
    (error) => error.code === 'ERR_OPEN_FAILED' && error.cause.code === 'EROFS',
  )
})
