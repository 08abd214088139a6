// A call that an application's time limit may end sets no timer: such an end inside of Node's setImmediate() or
// setTimeout() breaks Node's own lists, and the process never ends.

import assert from 'node:assert/strict'
import { createHook } from 'node:async_hooks'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createWriter } from 'choose-l2'
import { tempFolder } from '../../helpers/temp-folder.js'

const SMALL = { queueSize: 10, crashSafe: false }

for (const options of [
  { ...SMALL, policy: 'drop_newest' },
  { ...SMALL, policy: 'drop_newest', batchSize: 1 },
  { ...SMALL, policy: 'drop_oldest' },
  { ...SMALL, policy: 'warn' },
  { ...SMALL, policy: 'block' },
  { ...SMALL, policy: 'block', thread: false },
  { ...SMALL, policy: 'drop_newest', thread: false },
]) {
  test(JSON.stringify(options), async (t) => {
    const set = []
    let isSending = false
    const hook = createHook({ init: (_id, type) => isSending && set.push(type) }).enable()
    t.after(() => hook.disable())
    process.on('warning', () => {}) // the policy `warn` does
    const writer = createWriter(join(tempFolder(t), 'app.log'), options)
    writer.on('drop', () => {})
    for (let round = 0; round < 20; round++) {
      isSending = true
      for (let n = 0; n < 100; n++) writer.send(`line ${n}`)
      isSending = false
      await nextTurn()
    }
    assert.equal(await writer.stop(60_000), true)
    assert.deepEqual(
      set.filter((type) => type === 'Immediate' || type === 'Timeout'),
      [],
    )
  })
}
