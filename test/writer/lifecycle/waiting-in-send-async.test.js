// Lines that wait for room in sendAsync: what ends their wait, and what one of them does to the others.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWriter } from 'choose-l2'
import { runProgram } from '../../helpers/program.js'
import { checkNumbered, lineOf } from '../../helpers/numbered-lines.js'
import { until } from '../../helpers/until.js'
import { sleepingFifo } from '../../helpers/sleeping-fifo.js'

test('every call of stop resolves once the lines that waited are written', async (t) => {
  const { writer, sending, read } = await startStuck(t)
  const stopping = [writer.stop(Infinity), writer.stop(Infinity), writer.stop(Infinity)]
  assert.equal(checkNumbered(await read()).get(0).length, sending.length)
  assert.ok((await Promise.all(sending)).every(Boolean))
  assert.deepEqual(await Promise.all(stopping), [true, true, true])
})

test('a line that is too large is refused at once, and those behind it arrive', async (t) => {
  const { writer, sending, read } = await startStuck(t)
  await assert.rejects(writer.sendAsync(new Uint8Array(2 ** 30)), { code: 'ERR_LINE_TOO_LARGE' })
  sending.push(writer.sendAsync(lineOf(0, sending.length)))
  const stopping = writer.stop(Infinity)
  assert.equal(checkNumbered(await read()).get(0).length, sending.length)
  assert.equal(await stopping, true)
})

test('100,000 lines that were sent at once arrive in order through a slow pipe, and stop waits for them', async (t) => {
  const { writer, sending, read } = await startStuck(t, 100_000)
  const stopping = writer.stop(Infinity)
  assert.throws(() => writer.send('too late'), { code: 'ERR_WRITER_CLOSED' })
  assert.equal(checkNumbered(await read()).get(0).length, sending.length)
  assert.ok((await Promise.all(sending)).every(Boolean))
  assert.equal(await stopping, true)
})

test('those of 100,000 lines that find no room until stop gives up are refused, and no others', async (t) => {
  const { writer, sending, read } = await startStuck(t, 100_000)
  const settled = Promise.allSettled(sending) // before any of them can be refused
  assert.equal(await writer.stop(0), false)
  const answers = await settled
  const accepted = [...answers.keys()].filter((n) => answers[n].status === 'fulfilled')
  assert.ok(accepted.length < sending.length)
  assert.deepEqual(checkNumbered(await read()).get(0), accepted)
  assert.equal(await writer.stop(Infinity), true)
})

for (const who of ['owner', 'attached']) {
  test(`lines that were refused in the end keep nothing alive (${who})`, async (t) => {
    const { code, stderr } = await runProgram(t, 'leave-waiting-lines.js', [who])
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '90\n' })
  })
}

/** A writer into a FIFO whose reader sleeps until `read`, with many more lines than FIFO and queue hold. */
async function startStuck(t, count = 5000) {
  const { path, read } = sleepingFifo(t)
  const writer = createWriter(path, { queueSize: 10 })
  const sending = Array.from({ length: count }, (_, n) => writer.sendAsync(lineOf(0, n)))
  await until(async () => !(await writer.flush(200))) // the FIFO is full: else the writer may end before anybody reads
  return { writer, sending, read }
}
