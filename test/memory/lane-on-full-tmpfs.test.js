// A full disk below the queue file: another thread is told, and no process is killed by a missing page.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { attachWriter, createWriter } from 'choose-l2'
import { cannotMount as skip, tmpfs } from '../helpers/disks.js'
import { tempFolder } from '../helpers/temp-folder.js'

test(
  'no room for the lane of another thread: it cannot attach, and can when there is room',
  { skip },
  async (t) => {
    const disk = tmpfs(t, 1024 * 1024)
    const path = join(tempFolder(t), 'app.log')
    const writer = createWriter(path, { crashSafe: true, queueDir: disk.folder, queueBytes: 128 * 1024 })
    disk.fill()
    assert.throws(() => attachWriter(writer.handle), { code: 'ERR_NO_FREE_LANE' })
    writer.send('the owner goes on')
    assert.equal(await writer.flush(Infinity), true)
    disk.free()
    const attached = attachWriter(writer.handle)
    attached.send('and so does the other')
    attached.detach()
    assert.equal(await writer.stop(Infinity), true)
    assert.equal(writer.metrics.written, 2)
  },
)
