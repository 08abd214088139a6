// Queues of one line, of any number of lines, batches of one, and lines larger than any queue.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createReadStream, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { describe, test } from 'node:test'
import { createWriter } from 'choose-l2'
import { expectBalance } from '../../helpers/invariants.js'
import { MODES, POLICIES, WRITER_TYPES } from '../../helpers/kinds.js'
import { expectAllLines, lineOf, readNumbered } from '../../helpers/numbered-lines.js'
import { tempFolder } from '../../helpers/temp-folder.js'

process.removeAllListeners('warning') // what the policy 'warn' says here is not looked at

const HUGE_BYTES = 64 * 1024 * 1024 + 1

for (const thread of [true, false]) {
  for (const writerType of WRITER_TYPES) {
    describe(`${writerType} writer, thread: ${thread}`, () => {
      const sizes = [{ queueSize: 1 }, { queueSize: 0 }, { batchSize: 1 }, { queueBytes: 64 }]
      for (const mode of MODES) {
        for (const size of [...sizes, { queueSize: 1, batchSize: 1 }]) {
          test(`every line arrives with ${JSON.stringify(size)}, mode ${mode}`, async (t) => {
            const path = join(tempFolder(t), 'app.log')
            const writer = createWriter(path, { writerType, mode, thread, ...size })
            for (let n = 0; n < 300; n++) assert.equal(writer.send(lineOf(0, n)), true)
            for (let n = 300; n < 400; n++) await writer.sendAsync(lineOf(0, n))
            assert.equal(await writer.stop(Infinity), true)
            expectAllLines(path, 400)
          })
        }
      }

      // Without a thread two are enough: the policies see no difference.
      for (const policy of thread ? POLICIES : ['block', 'drop_oldest']) {
        test(`a line of more than 64 MiB arrives whole under ${policy}, among others`, async (t) => {
          const path = join(tempFolder(t), 'app.log')
          const writer = createWriter(path, { writerType, policy, thread })
          const huge = 'h'.repeat(HUGE_BYTES)
          assert.equal(writer.send('before'), true)
          assert.equal(writer.send(huge), true)
          assert.equal(writer.send('after'), true)
          assert.equal(await writer.flush(Infinity), true)
          assert.equal(writer.send(Buffer.from(huge)), true)
          assert.equal(writer.send('end'), true)
          assert.equal(await writer.stop(Infinity), true)
          const expected = createHash('md5')
          for (const line of ['before', huge, 'after', huge, 'end']) expected.update(line).update('\n')
          assert.equal(await digest(path), expected.digest('hex'))
          expectBalance(writer.metrics)
          assert.equal(writer.metrics.dropped, 0)
        })
      }

      test('lines around the size of the ring keep their order', async (t) => {
        const path = join(tempFolder(t), 'app.log')
        const writer = createWriter(path, { writerType, thread, queueBytes: 1024 })
        const lengths = [0, 1, 1021, 1022, 1023, 1024, 1025, 2047, 2048, 2049, 5, 0, 4096, 4096, 3]
        const lines = lengths.map((length, n) => String.fromCharCode(97 + n).repeat(length))
        for (const line of lines) writer.send(line)
        assert.equal(await writer.stop(Infinity), true)
        assert.equal(readFileSync(path, 'utf8'), lines.map((line) => `${line}\n`).join(''))
      })
    })
  }
}

test('under drop_oldest, huge lines drop older ones and the account is exact', async (t) => {
  const path = join(tempFolder(t), 'app.log')
  const writer = createWriter(path, { policy: 'drop_oldest', mode: 'manual', queueBytes: 4096 })
  for (let n = 0; n < 300; n++) {
    writer.send(n % 20 === 0 ? `${n} ${'h'.repeat(10_000)}` : lineOf(1, n))
    expectBalance(writer.metrics)
  }
  assert.equal(await writer.stop(Infinity), true)
  const { written, dropped } = writer.metrics.getSnapshot()
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1)
  assert.equal(lines.length, written)
  assert.equal(written + dropped, 300)
  assert.equal(lines.at(-1), lineOf(1, 299))
})

test('without a limit in lines, the limit in bytes holds', async (t) => {
  const path = join(tempFolder(t), 'app.log')
  const writer = createWriter(path, {
    policy: 'drop_newest',
    mode: 'manual',
    queueSize: 0,
    queueBytes: 10_000,
  })
  let accepted = 0
  for (let n = 0; n < 5000; n++) if (writer.send(lineOf(0, n))) accepted++
  assert.ok(accepted < 10_000 / 6 && accepted > 100)
  assert.equal(await writer.stop(Infinity), true)
  assert.equal(readNumbered(path).get(0).length, accepted)
})

async function digest(path) {
  const hash = createHash('md5')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
