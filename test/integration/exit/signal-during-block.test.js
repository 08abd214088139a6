// A signal that arrives before send() waits for room is not lost, however long the wait.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { recover } from 'choose-l2'
import { canMap } from '../../helpers/integration/kinds.js'
import { checkNumbered } from '../../helpers/integration/numbered-lines.js'
import { startProgram } from '../../helpers/integration/program.js'
import { sleepingFifo } from '../../helpers/integration/sleeping-fifo.js'
import { tempFolder } from '../../helpers/integration/temp-folder.js'
import { until } from '../../helpers/integration/until.js'

test('a handler added in the tick of a long wait for room has the signal', async (t) => {
  const { path, read } = sleepingFifo(t)
  const { child, done, says } = startProgram(t, 'handler-before-wait.js', [path])
  await says('sending')
  // The long wait has begun once the signals without a handler are given back to the kernel.
  if (canMap) await until(() => !isCaught('SIGHUP', child.pid))
  child.kill('SIGTERM')
  const [content, { code, signal }] = await Promise.all([read(), done])
  assert.deepEqual({ code, signal }, { code: 7, signal: null })
  assert.equal(checkNumbered(content).get(0).length, 20_000)
})

test('a signal that comes before a long wait for room ends the process after it', async (t) => {
  const { path, read } = sleepingFifo(t)
  const { child, done, says } = startProgram(t, 'signal-before-wait.js', [path])
  await says('sending')
  // A long wait gives the signals back to the kernel; without the C library it cannot.
  if (canMap) await until(() => !isCaught('SIGTERM', child.pid))
  const [content, { signal, stdout }] = await Promise.all([read(), done])
  assert.deepEqual({ signal, stdout }, { signal: 'SIGTERM', stdout: 'sendingsent' })
  assert.equal(checkNumbered(content).get(0).length, 20_000)
})

test('a signal ends a process whose line can never get into the queue', { skip: !canMap }, async (t) => {
  const folder = join(tempFolder(t), 'queues')
  const { child, done, says } = startProgram(t, 'line-without-room.js', [
    join(tempFolder(t), 'app.log'),
    folder,
  ])
  await says('sending')
  await until(() => !isCaught('SIGTERM', child.pid))
  child.kill('SIGTERM')
  assert.equal((await done).signal, 'SIGTERM')
})

for (const how of ['put', 'attached']) {
  const name = `a signal ends a process that waits for room beside a writer of its own (${how})`
  test(name, { skip: !canMap }, async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const { child, done, says } = startProgram(t, 'blocked-beside-a-writer.js', [how, path])
    await says('sending')
    await until(() => !isCaught('SIGTERM', child.pid))
    child.kill('SIGTERM')
    assert.equal((await done).signal, 'SIGTERM')
  })
}

test('what other writers have staged is not lost with it', { skip: !canMap }, async (t) => {
  const path = join(tempFolder(t), 'app.log')
  const { child, done, says } = startProgram(t, 'blocked-beside-a-writer.js', ['send', path])
  await says('sending')
  await until(() => !isCaught('SIGTERM', child.pid))
  child.kill('SIGTERM')
  assert.equal((await done).signal, 'SIGTERM')
  recover(path)
  assert.equal(readFileSync(path, 'utf8'), 'from the owner\nfrom an attached\n')
})

/** Whether a process has a handler for a signal at this moment, as the kernel sees it. */
function isCaught(signal, pid) {
  const [, mask] = /^SigCgt:\s*([0-9a-f]+)$/mu.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return ((BigInt(`0x${mask}`) >> BigInt(constants.signals[signal] - 1)) & 1n) === 1n
}
