// fdatasync fails: what was not synced is never reported as synced, not even after the disk works again, because the
// kernel forgets which pages it lost. Writing goes on.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createWriter } from 'choose-l2'
import { cannotMountImages, ext4, tmpfs } from '../helpers/disks.js'
import { FileDrain } from '../helpers/file-drain.js'
import { longLine, readLongLines, upTo } from '../helpers/long-lines.js'

for (const code of ['EIO', 'ENOSPC', 'EDQUOT', 'EROFS']) {
  test(`${code} from fdatasync: false from then on, and the watermark stands still`, (t) => {
    const drain = new FileDrain(t)
    drain.send('on the disk')
    assert.equal(drain.ask('sync'), true)
    assert.equal(drain.totals.synced, 1)
    drain.disk.syncError = code
    drain.send('lost by the disk')
    assert.equal(drain.ask('sync'), false)
    assert.deepEqual(
      drain.errors.map(({ during, error }) => [during, error.code]),
      [['sync', code]],
    )
    drain.disk.syncError = null
    drain.send('written later')
    assert.equal(drain.ask('sync'), false)
    assert.equal(drain.ask('flush'), true, 'the kernel goes on taking lines')
    drain.takeOver()
    assert.equal(drain.ask('sync'), false, 'the next thread believes it no more')
    assert.equal(drain.totals.synced, 1)
    assert.equal(drain.totals.written, 3)
    assert.equal(drain.text, 'on the disk\nlost by the disk\nwritten later\n')
  })
}

test('syncInterval stops asking a disk that failed once, and tells once', (t) => {
  const drain = new FileDrain(t, { syncIntervalMs: 100 })
  drain.disk.syncError = 'EIO'
  for (const line of ['a', 'b', 'c']) {
    drain.send(line)
    drain.turn()
    drain.turn()
  }
  assert.equal(drain.disk.syncs, 1)
  assert.equal(drain.errors.length, 1)
  assert.equal(drain.totals.synced, 0)
})

for (const dies of ['before the failure is noted', 'before the answer is given']) {
  test(`the thread dies in a sync that fails, ${dies}: the next one does not believe a later success`, (t) => {
    const drain = new FileDrain(t)
    drain.send('on the disk')
    assert.equal(drain.ask('sync'), true)
    drain.send('lost by the disk')
    drain.disk.syncError = 'EIO'
    // The kernel says it once; then the thread is no more, between two stores.
    const died = new Error('the thread is no more')
    const method = dies.startsWith('before the failure') ? 'breakSync' : 'settle'
    const owner = method === 'settle' ? drain.control : drain.record
    owner[method] = () => {
      throw died
    }
    const ticket = drain.control.ask('sync')
    assert.throws(() => drain.turn(), died)
    delete owner[method]
    drain.disk.syncError = null
    // In a thread, nothing that comes after its death would run either.
    if (method === 'breakSync') drain.control.setSyncing(true)
    drain.takeOver()
    drain.turn()
    assert.equal(drain.control.answer('sync', ticket), false)
    assert.equal(drain.ask('sync'), false)
    assert.equal(drain.totals.synced, 1)
    assert.deepEqual(
      drain.errors.map(({ during }) => during),
      ['sync'],
      'told once',
    )
  })
}

test('the thread dies after the disk has confirmed: the next one asks again', (t) => {
  const drain = new FileDrain(t)
  drain.send('on the disk')
  drain.control.settle = () => {
    throw new Error('the thread is no more')
  }
  const ticket = drain.control.ask('sync')
  assert.throws(() => drain.turn())
  delete drain.control.settle
  drain.takeOver()
  drain.turn()
  assert.equal(drain.control.answer('sync', ticket), true)
  assert.equal(drain.totals.synced, 1)
  assert.equal(drain.errors.length, 0)
})

describe('a device that loses what is written to it', { skip: cannotMountImages }, () => {
  for (const writerType of ['line', 'block']) {
    test(`${writerType} writer: flush is true, sync is false and stays false`, async (t) => {
      // The device is a sparse image on a tmpfs that has no room for it: the kernel takes lines, the disk does not.
      const below = tmpfs(t, 4 * 1024 * 1024)
      const disk = ext4(t, below.folder)
      below.fill()
      const path = join(disk.folder, 'app.log')
      const writer = createWriter(path, { writerType, crashSafe: false })
      const errors = []
      writer.on('error', (error) => errors.push(error))
      for (let n = 0; n < 2000; n++) writer.send(longLine(n))
      assert.equal(await writer.flush(Infinity), true)
      assert.equal(await writer.sync(Infinity), false)
      assert.equal(await writer.sync(Infinity), false)
      assert.equal(writer.metrics.synced, 0)
      assert.equal(writer.metrics.written, 2000)
      assert.equal(errors.length, 1, 'told once, and before the answer')
      assert.equal(errors[0].code, 'ERR_SYNC_FAILED')
      assert.ok(['EIO', 'ENOSPC'].includes(errors[0].cause.code), 'as the kernel passes it on')
      assert.equal(await writer.stop(Infinity), true)
      assert.deepEqual(readLongLines(path), upTo(2000))
    })
  }
})
