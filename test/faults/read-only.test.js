// The file system becomes read-only: under an open log by an error of its own, as ext4 does it; or before the start.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createWriter } from 'choose-l2'
import { cannotMount, cannotMountImages, ext4, tmpfs } from '../helpers/faults/disks.js'
import { until } from '../helpers/integration/until.js'

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

test('a log on a read-only disk is refused at once', { skip: cannotMount }, (t) => {
  const disk = tmpfs(t)
  disk.makeReadOnly()
  assert.throws(
    () => createWriter(join(disk.folder, 'app.log')),
    (error) => error.code === 'ERR_OPEN_FAILED' && error.cause.code === 'EROFS',
  )
})
