// A thread that is terminated takes nothing with it but lines it had not handed over.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { createWriter } from 'choose-l2'
import { expectBalance } from '../../helpers/invariants.js'
import { WRITER_TYPES } from '../../helpers/kinds.js'
import { readNumbered } from '../../helpers/numbered-lines.js'
import { tempFolder } from '../../helpers/temp-folder.js'
import { answerOf, startThread } from '../../helpers/threads.js'

for (const writerType of WRITER_TYPES) {
  for (const policy of ['block', 'drop_oldest']) {
    test(`threads terminated in the middle do no harm to others (${writerType}, ${policy})`, async (t) => {
      const path = join(tempFolder(t), 'app.log')
      const writer = createWriter(path, { writerType, policy, queueSize: 2000 })
      const endless = ['sendForEver', 'sendInTurns', 'sendForEver', 'sendInTurns'].map((task, sender) =>
        startThread(t, task, writer, { sender, lines: 500 }),
      )
      const others = [4, 5, 6].map((sender) =>
        startThread(t, 'sendAndReturn', writer, { sender, lines: 1500 }),
      )
      const ends = others.map((other) => once(other, 'exit'))
      await Promise.all(
        endless.map(async (thread) => {
          await answerOf(thread)
          await thread.terminate()
        }),
      )
      await Promise.all(ends)
      assert.equal(await writer.stop(Infinity), true)
      expectBalance(writer.metrics)
      assert.equal(writer.metrics.pending, 0)

      const bySender = readNumbered(path)
      for (const sender of [4, 5, 6]) assert.equal(bySender.get(sender).at(-1), 1499)
      if (policy !== 'block') return
      for (const numbers of bySender.values()) {
        assert.equal(numbers.length, numbers.at(-1) + 1, 'no line in between is missing')
      }
    })
  }
}

for (const thread of [true, false]) {
  test(`forty threads, each terminated, need no more than nine lanes (thread: ${thread})`, async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const writer = createWriter(path, { lanes: 9, thread })
    for (let sender = 0; sender < 40; sender++) {
      const worker = startThread(t, 'attachAndWait', writer, { sender })
      assert.equal(await answerOf(worker), true)
      await worker.terminate()
    }
    assert.equal(await writer.stop(), true)
    assert.equal(readNumbered(path).size, 40)
  })
}
