// Whether a thread lives. A wrong "dead" would give its role to a second thread.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { currentThread, isThreadAlive } from '../../build/drain/identity.js'
import { until } from '../helpers/until.js'

const SOURCE = new URL('../../build/drain/identity.js', import.meta.url)

test('a thread is alive until it has ended', { skip: process.platform !== 'linux' }, async (t) => {
  const code = `import(${JSON.stringify(SOURCE.href)}).then(({ currentThread }) =>
    require('node:worker_threads').parentPort.on('message', () => {}).postMessage(currentThread))`
  const worker = new Worker(code, { eval: true })
  t.after(() => worker.terminate())
  const [thread] = await once(worker, 'message')
  assert.notEqual(thread, currentThread)
  assert.equal(isThreadAlive(thread), true)
  assert.equal(isThreadAlive(currentThread), true)
  await worker.terminate()
  await until(() => !isThreadAlive(thread))
})

test('a living thread is never taken for a dead one where no stack is left to look', () => {
  const answers = new Set()
  const recurse = () => {
    try {
      recurse()
    } catch {
      // On the way back up from the deepest frame there is a little more stack each time.
      answers.add(isThreadAlive(currentThread))
      throw new RangeError('still too deep')
    }
  }
  assert.throws(recurse, RangeError)
  assert.deepEqual(answers, new Set([true]))
})
