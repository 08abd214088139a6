// A writer with `thread: false`: it says so for life, and waits for its turn where somebody else reads the queue.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { BlockBufferedWriter, createWriter, Q } from 'choose-l2'
import { Doorbell } from '../../../build/queue/doorbell.js'
import { expectAllLines, lineOf } from '../../helpers/numbered-lines.js'
import { tempFolder } from '../../helpers/temp-folder.js'

test('it has no thread, before and after its end', async (t) => {
  const writer = createWriter(join(tempFolder(t), 'app.log'), { thread: false })
  assert.equal(writer.hasThread, false)
  await writer.stop()
  assert.equal(writer.hasThread, false)
})

test('another thread that is just reading the queue does not keep the lines forever', async (t) => {
  const path = join(tempFolder(t), 'app.log')
  const q = new Q()
  const bell = new Doorbell(q.handle.bell)
  const reader = -1_000_000 // a thread of which nobody can tell that it does not live
  assert.equal(
    bell.takeRole(reader, () => true),
    true,
  )
  const writer = new BlockBufferedWriter(q, path, 'trigger', { thread: false })
  for (let n = 0; n < 500; n++) writer.send(lineOf(0, n))
  const flushed = writer.flush(Infinity)
  assert.equal(writer.linesWritten, 0)
  bell.leaveRole(reader)
  assert.equal(await flushed, true)
  expectAllLines(path, 500)
  assert.equal(await writer.stop(), true)
})
