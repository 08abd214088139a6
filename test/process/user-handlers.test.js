// A signal for which the application has a handler is the application's; without one it has its usual effect.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { expectAllLines } from '../helpers/numbered-lines.js'
import { startProgram } from '../helpers/program.js'
import { tempFolder } from '../helpers/temp-folder.js'

for (const when of ['before', 'after']) {
  describe(`a handler added ${when} createWriter`, () => {
    for (const kind of ['on', 'prepend']) {
      test(`${kind}: handles every signal, and the process goes on`, async (t) => {
        const { child, says, done } = await startHandler(t, kind, when)
        for (const call of [1, 2, 3]) {
          child.kill('SIGTERM')
          await says(`handled ${call}`)
        }
        child.kill('SIGHUP') // for which it has none
        assert.deepEqual(await endOf(done), { code: null, signal: 'SIGHUP', calls: 3 })
      })
    }

    for (const kind of ['once', 'prependOnce']) {
      test(`${kind}: handles the first signal, the second one kills`, async (t) => {
        const { child, says, done, path } = await startHandler(t, kind, when)
        child.kill('SIGTERM')
        await says('handled 1')
        child.kill('SIGTERM')
        assert.deepEqual(await endOf(done), { code: null, signal: 'SIGTERM', calls: 1 })
        expectAllLines(path, 2000)
      })
    }

    test('on, and it calls process.exit: its exit code, all lines', async (t) => {
      const { child, done, path } = await startHandler(t, 'onThenExit', when)
      child.kill('SIGTERM')
      assert.deepEqual(await endOf(done), { code: 7, signal: null, calls: 1 })
      expectAllLines(path, 2000)
    })

    test('on, and removed again: the signal kills, all lines', async (t) => {
      const { child, done, path } = await startHandler(t, 'removed', when)
      child.kill('SIGTERM')
      assert.deepEqual(await endOf(done), { code: null, signal: 'SIGTERM', calls: 0 })
      expectAllLines(path, 2000)
    })
  })
}

test('a handler that came and went between two writers: the signal kills, all lines', async (t) => {
  const path = join(tempFolder(t), 'app.log')
  const { child, says, done } = startProgram(t, 'handler-comes-and-goes.js', [path])
  await says('ready')
  child.kill('SIGTERM')
  assert.deepEqual(await endOf(done), { code: null, signal: 'SIGTERM', calls: 0 })
  expectAllLines(path, 2000)
})

async function startHandler(t, kind, when) {
  const path = join(tempFolder(t), 'app.log')
  const program = startProgram(t, 'user-handler.js', [path, kind, when])
  await program.says('ready')
  return { ...program, path }
}

async function endOf(done) {
  const { code, signal, stdout } = await done
  return { code, signal, calls: stdout.split('handled').length - 1 }
}
