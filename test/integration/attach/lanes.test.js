// Who gets a lane, for how long, and what happens when there is none.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { attachWriter, createWriter } from 'choose-l2'
import { expectAllLines } from '../../helpers/integration/numbered-lines.js'
import { tempFolder } from '../../helpers/integration/temp-folder.js'
import { answerOf, startThread } from '../../helpers/integration/threads.js'

test('a thread that finds every lane taken by living threads gets ERR_NO_FREE_LANE', async (t) => {
  const writer = createWriter(join(tempFolder(t), 'app.log'), { lanes: 3 })
  const holder = startThread(t, 'attachAndWait', writer)
  await answerOf(holder)
  const attached = attachWriter(writer.handle)
  assert.throws(() => attachWriter(writer.handle), { code: 'ERR_NO_FREE_LANE', message: /all 3 are taken/ })
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
