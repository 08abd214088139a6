// The only free lanes belong to dead threads, while a busy thread fills and empties its own: a newcomer gets one.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWriter } from 'choose-l2'
import { answerOf, startThread } from '../../helpers/threads.js'

test('a busy thread does not keep a newcomer from the lane of a dead one', async (t) => {
  const writer = createWriter('/dev/null', { lanes: 3, queueSize: 50, writerType: 'line' })
  const busy = startThread(t, 'sendForEver', writer)
  await answerOf(busy)
  for (let n = 0; n < 8; n++) {
    const thread = startThread(t, 'attachAndWait', writer)
    assert.equal(await answerOf(thread), true)
    await thread.terminate()
  }
  await busy.terminate()
  assert.equal(await writer.stop(), true)
})
