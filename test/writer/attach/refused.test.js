// What is left of an attempt to attach that is refused: nothing. And what does not keep a thread from attaching.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { attachWriter, createWriter } from 'choose-l2'
import { queueFiles } from '../../helpers/orphan.js'
import { canMap } from '../../helpers/kinds.js'
import { tempFolder } from '../../helpers/temp-folder.js'

const skip = !canMap && 'koffi is not installed'

test('no lane is free: the queue is not mapped any more', { skip }, async (t) => {
  const path = join(tempFolder(t), 'app.log')
  const writer = createWriter(path, { lanes: 1, thread: false })
  const [queue] = queueFiles(dirname(path), path)
  const timesMapped = () => readFileSync('/proc/self/maps', 'utf8').split(queue).length - 1
  const openFiles = () => readdirSync('/proc/self/fd').length
  const before = [timesMapped(), openFiles()]
  assert.ok(before[0] > 0)
  for (let n = 0; n < 5; n++) {
    assert.throws(() => attachWriter(writer.handle), { code: 'ERR_NO_FREE_LANE' })
  }
  assert.deepEqual([timesMapped(), openFiles()], before)
  assert.equal(await writer.stop(Infinity), true)
})

test('a thread attaches although the queue file was deleted', { skip }, async (t) => {
  const path = join(tempFolder(t), 'app.log')
  const writer = createWriter(path)
  writer.send('a line')
  assert.equal(await writer.flush(Infinity), true) // the writer thread has mapped it
  for (const queue of queueFiles(dirname(path), path)) rmSync(queue)
  const attached = attachWriter(writer.handle)
  assert.equal(attached.send('another line'), true)
  attached.detach()
  assert.equal(await writer.stop(Infinity), true)
  assert.equal(readFileSync(path, 'utf8'), 'a line\nanother line\n')
})
