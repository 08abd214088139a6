// Reading the getters one after the other must balance while other threads send.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createWriter } from 'choose-l2'
import { SenderPool } from '../helpers/integration/combination.js'
import { tempFolder } from '../helpers/integration/temp-folder.js'

test('numbers read side by side balance while four threads send', async (t) => {
  const pool = new SenderPool(4)
  t.after(() => pool.close())
  const writer = createWriter(join(tempFolder(t), 'app.log'), { policy: 'drop_newest', queueSize: 700 })
  const progress = { isOver: false }
  const sending = pool.sendAll(writer.handle, 20_000).finally(() => {
    progress.isOver = true
  })
  let unbalanced = 0
  while (!progress.isOver) {
    const { metrics } = writer
    const enqueued = metrics.enqueued
    if (enqueued !== metrics.written + metrics.dropped + metrics.pending) unbalanced++
    await nextTurn()
  }
  await sending
  await writer.stop()
  assert.equal(unbalanced, 0)
})
