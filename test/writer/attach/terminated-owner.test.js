// The thread that owns the writer is terminated, and with it the one that writes: those that attached are told that
// there is no room, instead of waiting forever.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { attachWriter } from 'choose-l2'
import { canMap } from '../../helpers/kinds.js'
import { tempFolder } from '../../helpers/temp-folder.js'

const OWNER = new URL('../../programs/owner-for-others.js', import.meta.url)
const skip = !canMap && 'koffi is not installed, or this is not Linux'

test('send is false once the queue is full', { skip }, async (t) => {
  const { attached } = await attachToTerminated(t)
  const answers = Array.from({ length: 20 }, (_, n) => attached.send(`line ${n}`))
  assert.deepEqual(answers, [...Array(10).fill(true), ...Array(10).fill(false)])
  assert.equal(attached.metrics.dropped, 10)
  attached.detach()
})

test('sendAsync is refused once the queue is full', { skip }, async (t) => {
  const { attached } = await attachToTerminated(t)
  const answers = await Promise.allSettled(
    Array.from({ length: 20 }, (_, n) => attached.sendAsync(`line ${n}`)),
  )
  const refused = answers.filter(({ status }) => status === 'rejected')
  assert.deepEqual(new Set(refused.map(({ reason }) => reason.code)), new Set(['ERR_WRITER_CLOSED']))
  assert.equal(refused.length, 10)
  attached.detach()
})

test('nobody can attach any more', { skip }, async (t) => {
  const { attached, handle } = await attachToTerminated(t)
  assert.throws(() => attachWriter(handle), { code: 'ERR_WRITER_CLOSED' })
  attached.detach()
})

async function attachToTerminated(t) {
  const path = join(tempFolder(t), 'app.log')
  const owner = new Worker(OWNER, { workerData: { path, options: { queueSize: 10 } } })
  const [handle] = await once(owner, 'message')
  const attached = attachWriter(handle)
  await owner.terminate()
  return { attached, handle }
}
