// The application's dropMarker runs in the middle of a send. It may log elsewhere itself, but not to the same writer.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { attachWriter, createWriter } from 'choose-l2'
import { tempFolder } from '../../helpers/integration/temp-folder.js'

test('sendLines after a gap is whole although the marker sends lines to another log', async (t) => {
  const folder = tempFolder(t)
  const other = createWriter(join(folder, 'other.log'))
  const path = join(folder, 'app.log')
  const writer = createWriter(path, {
    mode: 'manual',
    policy: 'drop_newest',
    queueSize: 3,
    dropMarker: ({ lines }) => {
      other.sendLines(Buffer.from('a very long line elsewhere\n'.repeat(lines)))
      return `${lines} dropped`
    },
  })
  for (let n = 0; n < 5; n++) writer.send(`${n}`)
  assert.equal(await writer.flush(Infinity), true)
  assert.equal(writer.sendLines(Buffer.from('5\n6\n')), 2)
  assert.equal(await writer.stop(Infinity), true)
  assert.equal(await other.stop(Infinity), true)
  assert.equal(readFileSync(path, 'utf8'), '0\n1\n2\n2 dropped\n5\n6\n')
})

for (const policy of ['drop_oldest', 'drop_newest']) {
  for (const batchSize of [1, 100]) {
    test(`${policy}, batches of ${batchSize}: a marker that sends to its own writer is told so in the log`, async (t) => {
      const path = join(tempFolder(t), 'app.log')
      const refused = []
      const writer = createWriter(path, {
        mode: 'manual',
        policy,
        batchSize,
        queueSize: 3,
        dropMarker: ({ lines }) => {
          try {
            writer.send('from the marker')
          } catch (error) {
            refused.push(error.code)
            throw error
          }
          return `${lines} dropped`
        },
      })
      for (let n = 0; n < 20; n++) writer.send(`${n}`)
      assert.equal(await writer.flush(Infinity), true)
      writer.send('the last')
      assert.equal(await writer.stop(Infinity), true)
      assert.ok(refused.length > 0)
      assert.deepEqual([...new Set(refused)], ['ERR_INVALID_ARGUMENT'])
      const text = readFileSync(path, 'utf8')
      assert.match(text, /17 lines dropped \(dropMarker failed: .* return the text instead\)/)
      assert.equal(text.split('\n').length, 6)
      assert.doesNotMatch(text, /from the marker/)
    })
  }
}

for (const thread of [true, false]) {
  test(`a marker that ends its own writer is told so in the log (thread: ${thread})`, async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const writer = createWriter(path, {
      thread,
      mode: 'manual',
      policy: 'drop_oldest',
      batchSize: 1,
      queueSize: 3,
      dropMarker: () => String(writer.stopSync()),
    })
    for (let n = 0; n < 20; n++) assert.equal(writer.send(`${n}`), true)
    assert.equal(writer.isRunning, true)
    assert.equal(await writer.stop(Infinity), true)
    const text = readFileSync(path, 'utf8')
    assert.match(text, /17 lines dropped \(dropMarker failed: .* return the text instead\)\n17\n18\n19\n$/)
  })
}

test('a marker that detaches its own thread is told so', async (t) => {
  const path = join(tempFolder(t), 'app.log')
  const writer = createWriter(path, { mode: 'manual', policy: 'drop_oldest', batchSize: 1, queueSize: 3 })
  const attached = attachWriter(writer.handle, { dropMarker: () => String(attached.detach()) })
  for (let n = 0; n < 20; n++) assert.equal(attached.send(`${n}`), true)
  attached.detach()
  assert.equal(await writer.stop(Infinity), true)
  assert.match(readFileSync(path, 'utf8'), /17 lines dropped \(dropMarker failed: .*\)\n17\n18\n19\n$/)
})
