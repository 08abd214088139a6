// A process that gives up rights after it has opened its log, as daemons do: nothing is opened by its path any more.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createWriter } from 'choose-l2'
import { cannotBeNobody, sharedFolder } from '../helpers/nobody.js'
import { runProgram } from '../helpers/program.js'
import { allFiles } from '../helpers/orphan.js'

const SENT = ['from the owner', 'from a worker', 'x'.repeat(200_000), 'y'.repeat(150_000)]

describe('a writer of a process that gives up', { skip: cannotBeNobody }, () => {
  for (const moment of ['right after the constructor', 'after its thread has started']) {
    for (const right of ['its user', 'every bit of the umask']) {
      test(`${right} ${moment} writes from every thread, without an error`, async (t) => {
        const folder = sharedFolder(t).folderOf('root', 'logs')
        const lines = await runGivingUp(t, join(folder, 'app.log'), right, moment)
        assert.deepEqual(lines.toSorted(), SENT.toSorted())
      })
    }
  }

  test('its last descriptor writes from every thread, without an error', async (t) => {
    const folder = sharedFolder(t).folderOf('root', 'logs')
    const moment = 'after its thread has started'
    const lines = await runGivingUp(t, join(folder, 'app.log'), 'its last descriptor', moment)
    assert.deepEqual(lines.toSorted(), SENT.toSorted())
    assert.deepEqual(readdirSync(folder), ['app.log'])
  })

  test('every bit of the umask before it: the queue file can be read by the next start', async (t) => {
    const folder = sharedFolder(t).folderOf('nobody', 'logs')
    const path = join(folder, 'app.log')
    const umask = process.umask(0o777)
    t.after(() => process.umask(umask))
    const writer = createWriter(path)
    process.umask(umask)
    assert.equal(statSync(allFiles(folder, path)[0]).mode & 0o777, 0o600)
    await writer.stop(Infinity)
  })

  test('its user leaves at most a queue file that says it is empty, and the next start removes it', async (t) => {
    const folder = sharedFolder(t).folderOf('root', 'logs')
    const path = join(folder, 'app.log')
    await runGivingUp(t, path, 'its user', 'after its thread has started')
    const writer = createWriter(path)
    writer.on('recovered', (event) => assert.fail(JSON.stringify(event)))
    assert.equal(await writer.stop(Infinity), true)
    assert.deepEqual(readdirSync(folder), ['app.log'])
    assert.equal(readFileSync(path, 'utf8').split('\n').length, 1 + 1 + SENT.length)
  })
})

/** The lines of the log after the program has ended well. */
async function runGivingUp(t, path, right, moment) {
  const fixture = 'give-up-rights.js'
  const { code, signal, stdout, stderr } = await runProgram(t, fixture, [path, right, moment])
  assert.equal(signal ?? code, 0, stderr)
  assert.equal(stderr, '')
  const { attached, isStopped, errors, metrics } = JSON.parse(stdout)
  assert.deepEqual({ attached, isStopped, errors }, { attached: 'sent', isStopped: true, errors: [] })
  assert.equal(metrics.errors, 0)
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && line !== 'early')
}
