// The three levels - accepted, in the kernel, on the disk - and their watermarks: enqueued, written, synced.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createWriter } from 'choose-l2'
import { FileDrain } from '../helpers/file-drain.js'
import { WRITER_TYPES } from '../helpers/kinds.js'
import { tempFolder } from '../helpers/temp-folder.js'
import { until } from '../helpers/until.js'

for (const writerType of WRITER_TYPES) {
  describe(`${writerType} writer`, () => {
    test('send, flush and sync each raise a watermark', async (t) => {
      const writer = createWriter(join(tempFolder(t), 'app.log'), { writerType, mode: 'manual' })
      for (let n = 0; n < 10; n++) writer.send(`line ${n}`)
      assert.deepEqual(marks(writer), { enqueued: 10, written: 0, synced: 0 })
      assert.equal(await writer.flush(Infinity), true)
      assert.deepEqual(marks(writer), { enqueued: 10, written: 10, synced: 0 })
      writer.send('one more')
      assert.equal(await writer.sync(Infinity), true)
      assert.deepEqual(marks(writer), { enqueued: 11, written: 11, synced: 11 })
      writer.send('and another')
      assert.equal(await writer.stop(Infinity), true)
      assert.deepEqual(marks(writer), { enqueued: 12, written: 12, synced: 11 })
    })

    test('syncInterval brings lines onto the disk without being asked', async (t) => {
      const writer = createWriter(join(tempFolder(t), 'app.log'), { writerType, syncInterval: 5 })
      for (let n = 1; n <= 3; n++) {
        writer.send(`line ${n}`)
        await until(() => writer.metrics.synced === n)
      }
      assert.equal(await writer.stop(Infinity), true)
    })
  })
}

test('syncInterval: at most one fdatasync in every interval, and none without new lines', (t) => {
  const drain = new FileDrain(t, { syncIntervalMs: 1000 })
  const turnAfter = (ms) => {
    drain.clock.advance(ms)
    return drain.loop.turn().ms
  }
  for (let n = 0; n < 100; n++) {
    drain.send(`line ${n}`)
    turnAfter(10)
  }
  assert.equal(drain.disk.syncs, 1)
  assert.equal(drain.totals.synced, 100)
  drain.send('the last')
  assert.ok(turnAfter(10) <= 990, 'it rests no longer than until the next sync is due')
  turnAfter(990)
  assert.equal(drain.disk.syncs, 2)
  assert.equal(drain.totals.synced, 101)
  turnAfter(5000)
  assert.equal(drain.disk.syncs, 2)
})

test('sync is answered only after fdatasync, and covers what was sent before it', (t) => {
  const drain = new FileDrain(t)
  drain.send('a', 'b')
  drain.disk.writeError = 'ENOSPC'
  assert.equal(drain.ask('sync'), null)
  assert.equal(drain.disk.syncs, 0)
  drain.disk.writeError = null
  assert.equal(drain.ask('sync'), true)
  assert.equal(drain.disk.syncs, 1)
  assert.equal(drain.totals.synced, 2)
})

function marks(writer) {
  const { enqueued, written, synced } = writer.metrics.getSnapshot()
  return { enqueued, written, synced }
}
