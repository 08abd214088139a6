// A disk that is full for a while: nothing is lost, nothing is torn, and writing resumes by itself.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createWriter } from 'choose-l2'
import { cannotMount, tmpfs } from '../../helpers/faults/disks.js'
import { longLine, readLongLines, upTo } from '../../helpers/faults/long-lines.js'
import { expectBalance } from '../../helpers/integration/invariants.js'
import { WRITER_TYPES } from '../../helpers/integration/kinds.js'
import { until } from '../../helpers/integration/until.js'

/** For the first lines of a log, and not much more. */
const ROOM = 32 * 1024
const WRITERS = WRITER_TYPES.map((writerType) => ({ writerType })).concat([{ thread: false }])

for (const options of WRITERS) {
  describe(`a full disk, writer with ${JSON.stringify(options)}`, { skip: cannotMount }, () => {
    test('all lines are there, in order, once there is room', async (t) => {
      const { path, disk, writer, errors } = start(t, options, ROOM)
      for (let n = 0; n < 20; n++) writer.send(longLine(n))
      assert.equal(await writer.flush(Infinity), true)
      for (let n = 20; n < 220; n++) writer.send(longLine(n))
      await until(() => errors.length > 0)
      assert.equal(await writer.flush(1), false)
      assert.ok(writer.metrics.errors > 0)
      assert.equal(writer.isRunning, true)
      expectBalance(writer.metrics)
      disk.free()
      assert.equal(await writer.flush(Infinity), true)
      for (let n = 220; n < 270; n++) writer.send(longLine(n))
      assert.equal(await writer.stop(Infinity), true)
      assert.equal(readLongLines(path).length, 270)
      assert.equal(writer.linesWritten, 270)
      assert.ok(errors.every(({ code, cause }) => code === 'ERR_WRITE_FAILED' && cause.code === 'ENOSPC'))
      expectBalance(writer.metrics)
    })

    test('the disk fills up in the middle of a write', async (t) => {
      const { path, disk, writer, errors } = start(t, options, 64 * 1024)
      for (let n = 0; n < 200; n++) writer.send(longLine(n))
      await until(() => errors.length > 0)
      disk.free()
      assert.equal(await writer.stop(Infinity), true)
      assert.deepEqual(readLongLines(path), upTo(200))
    })

    test('stop on a full disk is false in its time, and true later', async (t) => {
      const { path, disk, writer, errors } = start(t, options)
      for (let n = 0; n < 200; n++) writer.send(longLine(n))
      await until(() => errors.length > 0)
      assert.equal(await writer.stop(30), false)
      assert.equal(writer.stopSync(30), false)
      assert.equal(writer.flushSync(1), false)
      assert.equal(await writer.close(0), false)
      assert.throws(() => writer.send('late'), { code: 'ERR_WRITER_CLOSED' })
      assert.ok(writer.metrics.pending > 0)
      disk.free()
      assert.equal(await writer.stop(Infinity), true)
      assert.equal(writer.isRunning, false)
      assert.equal(readLongLines(path).length, 200)
    })

    test('a blocked sendAsync goes on when there is room', async (t) => {
      const { path, disk, writer, errors } = start(t, { ...options, queueSize: 10 })
      const sending = (async () => {
        for (let n = 20; n < 120; n++) await writer.sendAsync(longLine(n))
      })()
      await until(() => errors.length > 0)
      disk.free()
      await sending
      assert.equal(await writer.stop(Infinity), true)
      assert.equal(readLongLines(path).length, 100)
    })

    for (const policy of ['drop_oldest', 'drop_newest']) {
      test(`${policy}: what was not dropped is there afterwards`, async (t) => {
        const { path, disk, writer, errors } = start(t, { ...options, policy, queueSize: 50 })
        for (let n = 20; n < 60; n++) writer.send(longLine(n))
        await until(() => errors.length > 0)
        for (let n = 60; n < 1000; n++) writer.send(longLine(n))
        disk.free()
        assert.equal(await writer.stop(Infinity), true)
        const numbers = readLongLines(path)
        const { enqueued, written, dropped } = writer.metrics.getSnapshot()
        assert.equal(enqueued, 980)
        assert.equal(written, numbers.length)
        assert.equal(dropped, 980 - numbers.length)
        if (policy === 'drop_oldest') assert.equal(numbers.at(-1), 999)
        else assert.equal(numbers[0], 20)
      })
    }
  })
}

/** A writer on a disk with so much room. Filled first: the memory-mapped writer takes what it can get. */
function start(t, options, room = 0) {
  const disk = tmpfs(t)
  disk.fill(room)
  const path = join(disk.folder, 'app.log')
  const writer = createWriter(path, options)
  const errors = []
  writer.on('error', (error) => errors.push(error))
  t.after(() => writer.stopSync(0))
  return { disk, path, writer, errors }
}
