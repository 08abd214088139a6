// What the consumer has done and what failed: the same for every thread, and readable from the file by anybody.

import assert from 'node:assert/strict'
import { closeSync, openSync, readdirSync, readSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { createWriter } from 'choose-l2'
import { DrainRecord } from '../../build/queue/drain-record.js'
import { createQueue } from '../helpers/queue.js'
import { descriptorOf } from '../helpers/descriptor-of.js'
import { canMap } from '../helpers/kinds.js'
import { tempFolder } from '../helpers/temp-folder.js'
import { until } from '../helpers/until.js'

const EBADF = -9

test('every thread reads the same numbers', () => {
  const { buffer } = createQueue({}).memory
  const [record, other] = [new DrainRecord(buffer), new DrainRecord(buffer)]
  record.countFlush()
  record.countFlush()
  record.countError('write', Object.assign(new Error('closed'), { errno: EBADF }))
  record.breakSync()
  assert.deepEqual([other.errors, other.flushes, other.isSyncBroken], [1, 2, true])
  other.reset()
  assert.deepEqual([record.errors, record.flushes, record.isSyncBroken], [0, 0, false])
})

test('the numbers outlive the memory', () => {
  const { buffer } = createQueue({}).memory
  const record = new DrainRecord(buffer)
  record.countFlush()
  record.keep()
  new Uint8Array(buffer).fill(0)
  record.countError('close', undefined)
  assert.deepEqual([record.flushes, record.errors], [1, 1])
})

test('a program outside the process reads them from the queue file', { skip: !canMap }, async (t) => {
  const before = Date.now()
  const path = join(tempFolder(t), 'app.log')
  const writer = createWriter(path, { crashSafe: true, thread: false }) // nothing else opens a file
  const queue = openSync(join(dirname(path), readdirSync(dirname(path)).find(isQueue)), 'r')
  closeSync(descriptorOf(path))
  writer.send('a line for a log that somebody has closed')
  await until(() => writer.metrics.errors > 0)
  const record = Buffer.alloc(64)
  readSync(queue, record, 0, record.length, 1280)
  assert.ok(record.readDoubleLE(0) >= 1, 'errors')
  assert.equal(record.readDoubleLE(8), 0, 'writes')
  assert.ok(record.readDoubleLE(16) >= before, 'when the last call failed')
  assert.deepEqual(
    [record.readInt32LE(24), record.readInt32LE(28)],
    [EBADF, 1],
    'errno, and that it was a write',
  )
  const other = openSync('/dev/null', 'a') // gets the number of the log
  assert.equal(await writer.stop(), true)
  closeSync(queue)
  assert.throws(() => closeSync(other), { code: 'EBADF' }, 'the writer has closed it')
})

const isQueue = (name) => name.endsWith('.queue')
