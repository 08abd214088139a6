// Texts and bytes in any order, of any size: they arrive in the order of the calls, and what send() answers is true.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { test } from 'node:test'
import { createWriter } from 'choose-l2'
import { randomFrom } from '../../helpers/random.js'
import { expectBalance } from '../../helpers/invariants.js'
import { tempFolder } from '../../helpers/temp-folder.js'

/** Some fit into the room where bytes are staged, some do not, some are larger than the whole queue. */
const SIZES = [0, 1, 106, 1023, 1024, 30_000, 65_534, 65_535, 65_536, 150_000]

function lineOfSize(n, size, asBytes) {
  const text = `${n}:`.padEnd(size, 'x')
  return asBytes ? Buffer.from(text) : text
}

const POLICIES = ['block', 'drop_newest', 'drop_oldest', 'warn']
for (const policy of POLICIES) {
  for (const thread of [true, false]) {
    test(`texts and bytes keep their order, and the answers are true (${policy}, thread: ${thread})`, async (t) => {
      const path = join(tempFolder(t), 'app.log')
      const { next, integer, oneOf } = randomFrom(20)
      const writer = createWriter(path, { policy, thread, queueBytes: 128 * 1024, queueSize: 500 })
      writer.on('drop', () => {})
      const accepted = []
      for (let n = 0; n < 3000; n++) {
        const size = next() < 0.97 ? integer(0, 200) : oneOf(SIZES)
        const asBytes = next() < 0.6
        if (writer.send(lineOfSize(n, size, asBytes))) accepted.push(n)
        if (next() < 0.05) await nextTurn()
        if (n % 100 === 0) expectBalance(writer.metrics)
      }
      assert.equal(await writer.stop(Infinity), true)
      const { enqueued, written, dropped } = writer.metrics.getSnapshot()
      assert.deepEqual([enqueued, written + dropped], [3000, 3000])
      const arrived = numbersIn(path)
      assert.equal(arrived.length, written)
      if (policy === 'drop_oldest') {
        assert.ok(arrived.every((n, at) => at === 0 || n > arrived[at - 1]))
      } else {
        assert.deepEqual(arrived, accepted)
      }
    })
  }
}

test('a line of bytes that holds line ends stays one line for the policies', async (t) => {
  const path = join(tempFolder(t), 'app.log')
  const writer = createWriter(path, { policy: 'drop_newest', mode: 'manual', queueSize: 3 })
  const answers = Array.from({ length: 5 }, () => writer.send(Buffer.from('a\nb\nc')))
  assert.deepEqual(answers, [true, true, true, false, false])
  assert.equal(await writer.stop(), true)
  assert.equal(readFileSync(path, 'utf8'), 'a\nb\nc\n'.repeat(3))
})

test('batches of lines of bytes are as long as batchSize says', async (t) => {
  const path = join(tempFolder(t), 'app.log')
  const writer = createWriter(path, { batchSize: 10, mode: 'manual' })
  for (let n = 0; n < 19; n++) writer.send(Buffer.from('x'))
  writer.trigger() // hands over the other nine
  for (let n = 0; n < 5; n++) writer.send(Buffer.from('y'))
  assert.equal(writer.metrics.enqueued, 24)
  expectBalance(writer.metrics)
  assert.equal(await writer.stop(), true)
  assert.equal(readFileSync(path, 'utf8'), 'x\n'.repeat(19) + 'y\n'.repeat(5))
})

function numbersIn(path) {
  const lines = readFileSync(path, 'latin1').split('\n')
  assert.equal(lines.pop(), '')
  for (const line of lines) assert.match(line, /^\d+:x*$/)
  return lines.map((line) => parseInt(line, 10))
}
