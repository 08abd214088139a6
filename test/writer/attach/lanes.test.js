// Who gets a lane, for how long, and what happens when there is none.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { attachWriter, createWriter } from 'choose-l2'
import { expectAllLines } from '../../helpers/numbered-lines.js'
import { tempFolder } from '../../helpers/temp-folder.js'
import { answerOf, startThread } from '../../helpers/threads.js'

test('a thread that finds every lane taken by living threads gets ERR_NO_FREE_LANE', async (t) => {
  const writer = createWriter(join(tempFolder(t), 'app.log'), { lanes: 3 })
  const holder = startThread(t, 'attachAndWait', writer)
  await answerOf(holder)
  const attached = attachWriter(writer.handle)
  const late = await answerOf(startThread(t, 'attachInVain', writer))
  assert.match(late, /^ERR_NO_FREE_LANE: .*all 3 are taken/)
  attached.detach()
  attachWriter(writer.handle).detach()
  assert.equal(await writer.stop(), true)
})

test('a thread may detach and attach again as often as it likes', async (t) => {
  const path = join(tempFolder(t), 'app.log')
  const writer = createWriter(path, { lanes: 2 })
  assert.equal(await answerOf(startThread(t, 'attachAgainAndAgain', writer)), 'done')
  assert.equal(await writer.stop(), true)
  expectAllLines(path, 1000)
})

test('a thread that attaches twice has one sender, and detaches twice', async (t) => {
  const path = join(tempFolder(t), 'app.log')
  const writer = createWriter(path, { lanes: 2 })
  const [one, other] = [writer.handle, structuredClone(writer.handle)].map(attachWriter)
  assert.equal(other, one)
  for (let n = 0; n < 1000; n++) [one, other][n % 2].send(`${n}`)
  one.detach()
  other.send('1000')
  other.detach()
  assert.throws(() => one.send('too late'), { code: 'ERR_WRITER_CLOSED' })
  const again = attachWriter(writer.handle)
  assert.notEqual(again, one)
  one.detach() // has ended before: does not end the new one
  again.send('1001')
  assert.equal(await writer.stop(), true)
  assert.throws(() => attachWriter(writer.handle), { code: 'ERR_WRITER_CLOSED' })
  const expected = Array.from({ length: 1002 }, (_, n) => `${n}\n`).join('')
  assert.equal(readFileSync(path, 'utf8'), expected)
})

test('detach is final for the attached writer and may be repeated', async (t) => {
  const writer = createWriter(join(tempFolder(t), 'app.log'))
  const attached = attachWriter(writer.handle)
  attached.send('one')
  attached.detach()
  attached.detach()
  assert.throws(() => attached.send('two'), { code: 'ERR_WRITER_CLOSED' })
  await assert.rejects(attached.sendAsync('two'), { code: 'ERR_WRITER_CLOSED' })
  assert.throws(() => attached.sendLines(Buffer.from('two\n')), { code: 'ERR_WRITER_CLOSED' })
  assert.equal(await attached.flush(), true)
  assert.equal(await writer.stop(), true)
  assert.equal(writer.linesWritten, 1)
})

test('nobody can attach to a writer that was stopped, or to something else', async (t) => {
  const writer = createWriter(join(tempFolder(t), 'app.log'))
  await writer.stop()
  assert.throws(() => attachWriter(writer.handle), { code: 'ERR_WRITER_CLOSED' })
  for (const handle of [undefined, null, 1, 'app.log', {}, writer]) {
    assert.throws(() => attachWriter(handle), { code: /ERR_INVALID_ARGUMENT|ERR_WRITER_CLOSED/ })
  }
})
