// The first process of a container does not end by a signal that it does not handle. With a writer it is the same, and
// the writer carries on.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { checkNumbered, readNumbered } from '../helpers/numbered-lines.js'
import { startProgram } from '../helpers/program.js'
import { sleepingFifo } from '../helpers/sleeping-fifo.js'
import { tempFolder } from '../helpers/temp-folder.js'

const NAMESPACE = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child']
const [unshare, ...flags] = NAMESPACE
const canMakeNamespace = spawnSync(unshare, [...flags, 'true']).status === 0
const options = { skip: canMakeNamespace ? false : 'needs the right to make a PID namespace (unshare)' }
const UNCHANGED = { pid: 1, isRunning: true, allAccepted: true, stopped: true }

test('a signal changes nothing for a writer, nor for an attached one', options, async (t) => {
  const path = join(tempFolder(t), 'app.log')
  const { done } = startProgram(t, 'first-process.js', ['file', path], { under: NAMESPACE })
  const { stdout, stderr } = await done
  assert.equal(stderr, '')
  assert.deepEqual(JSON.parse(stdout), { ...UNCHANGED, numbers: [2500, 2500, 0, 0] })
  const numbers = readNumbered(path)
  assert.deepEqual([numbers.get(0).length, numbers.get(1).length], [2000, 500])
})

test('signals that come while send waits for room cost no line', options, async (t) => {
  const { path, read } = sleepingFifo(t)
  const { done, says } = startProgram(t, 'first-process.js', ['fifo', path], { under: NAMESPACE })
  await says('signals sent')
  const [content, { stdout }] = await Promise.all([read(), done])
  const report = JSON.parse(stdout.slice(stdout.indexOf('{')))
  assert.deepEqual(report, { ...UNCHANGED, numbers: [20_000, 20_000, 0, 0] })
  assert.equal(checkNumbered(content).get(0).length, 20_000)
})
