// A disk that is full, for a while or forever, on a tmpfs: what each call does under each policy, and that what was
// not dropped is in the log once there is room.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { createWriter } from 'choose-l2'
import { cannotMount, tmpfs } from '../helpers/disks.js'
import { longLine, readLongLines, upTo } from '../helpers/long-lines.js'
import { expectBalance } from '../helpers/invariants.js'
import { WRITER_TYPES } from '../helpers/kinds.js'
import { tempFolder } from '../helpers/temp-folder.js'
import { until } from '../helpers/until.js'

/** For the first lines of a log, and not much more. */
const ROOM = 32 * 1024
const QUEUE_SIZE = 100
const DISK_BYTES = 1024 * 1024
const SENDER = new URL('../programs/sender-thread.js', import.meta.url)

const WRITERS = WRITER_TYPES.map((writerType) => ({ writerType })).concat([{ thread: false }])

for (const options of WRITERS) {
  describe(`a full disk, writer with ${JSON.stringify(options)}`, { skip: cannotMount }, () => {
    for (const policy of ['drop_oldest', 'drop_newest', 'warn']) {
      test(`${policy}: send answers at once, flush, sync and stop in their time`, async (t) => {
        const { path, disk, writer, errors } = start(t, { ...options, policy })
        for (let n = 0; n < 5; n++) writer.send(longLine(n))
        await until(() => errors.length > 0)
        const answers = upTo(400).map((n) => writer.send(longLine(n + 5)))
        assert.equal(await writer.flush(1), false)
        assert.equal(await writer.sync(1), false)
        assert.equal(writer.flushSync(1), false)
        expectBalance(writer.metrics)
        assert.ok(writer.metrics.dropped > 0)
        assert.equal(await writer.stop(1), false)
        disk.free()
        assert.equal(await writer.stop(Infinity), true)
        const numbers = readLongLines(path)
        const { written, dropped, pending } = writer.metrics.getSnapshot()
        assert.deepEqual([written, dropped, pending], [numbers.length, 405 - numbers.length, 0])
        if (policy === 'drop_oldest') {
          assert.ok(answers.every(Boolean))
          assert.equal(numbers.at(-1), 404)
        } else {
          const accepted = upTo(400).filter((n) => answers[n])
          assert.deepEqual(numbers, [...upTo(5), ...accepted.map((n) => n + 5)])
        }
      })
    }

    test('block: send waits for room, for as long as it takes, and nothing is lost', async (t) => {
      const { path, disk, writer } = start(t, { ...options, policy: 'block' })
      const sender = new Worker(SENDER, { workerData: { handle: writer.handle, first: 0, count: 400 } })
      t.after(() => sender.terminate())
      const sent = once(sender, 'message')
      await until(() => writer.metrics.pending === QUEUE_SIZE) // its lane holds no more: it waits
      assert.equal(await writer.flush(1), false)
      disk.free()
      assert.deepEqual(await sent, [400])
      assert.equal(await writer.stop(Infinity), true)
      assert.deepEqual(readLongLines(path), upTo(400))
      assert.equal(writer.metrics.dropped, 0)
    })

    test('all lines are there, in order, once there is room', async (t) => {
      const { path, disk, writer, errors } = start(t, { ...options, queueSize: 10_000 }, ROOM)
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
      const { path, disk, writer, errors } = start(t, { ...options, queueSize: 10_000 }, 64 * 1024)
      for (let n = 0; n < 200; n++) writer.send(longLine(n))
      await until(() => errors.length > 0)
      disk.free()
      assert.equal(await writer.stop(Infinity), true)
      assert.deepEqual(readLongLines(path), upTo(200))
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

    test('full again and again', async (t) => {
      const { path, disk, writer, errors } = start(t, { ...options, queueSize: 10_000 })
      let next = 0
      for (let round = 0; round < 3; round++) {
        for (const end = next + 40; next < end; next++) writer.send(longLine(next))
        // The memory-mapped writer has allocated ahead and finds room the second time.
        await until(() => errors.length > 0)
        disk.free()
        assert.equal(await writer.flush(Infinity), true)
        disk.fill()
      }
      assert.equal(await writer.stop(Infinity), true)
      assert.deepEqual(readLongLines(path), upTo(next))
    })

    test('a disk that stays full: stop says so, keeps trying, and can be called again', async (t) => {
      const { path, disk, writer, errors } = start(t, {
        ...options,
        crashSafe: true,
        queueDir: tempFolder(t),
      })
      for (let n = 0; n < 50; n++) writer.send(longLine(n))
      await until(() => errors.length > 0)
      assert.equal(await writer.stop(1), false)
      assert.equal(writer.stopSync(1), false)
      assert.equal(await writer.close(0), false)
      assert.throws(() => writer.send('late'), { code: 'ERR_WRITER_CLOSED' })
      assert.equal(writer.metrics.pending, 50)
      assert.equal(writer.isRunning, true)
      disk.free()
      assert.equal(await writer.stop(Infinity), true)
      assert.deepEqual(readLongLines(path), upTo(50))
    })
  })
}

/** A writer on a disk with so much room. Filled first: the memory-mapped writer takes what it can get. */
function start(t, options, room = 0) {
  const disk = tmpfs(t, DISK_BYTES)
  disk.fill(room)
  const path = join(disk.folder, 'app.log')
  const writer = createWriter(path, { queueSize: QUEUE_SIZE, crashSafe: false, ...options })
  t.after(() => writer.stopSync(0))
  const errors = []
  writer.on('error', (error) => errors.push(error))
  return { path, disk, writer, errors }
}
