// A writer never keeps a process alive, and never makes a test runner wait.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { WRITER_TYPES } from '../helpers/kinds.js'
import { runProgram } from '../helpers/program.js'
import { tempFolder } from '../helpers/temp-folder.js'

test('a program that stops no writer ends by itself, with every line written', async (t) => {
  const folder = tempFolder(t)
  const { code, stderr } = await runProgram(t, 'idle.js', [folder, ...WRITER_TYPES])
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
  const logs = readdirSync(folder)
  assert.equal(logs.length, WRITER_TYPES.length * 6)
  for (const log of logs) assert.equal(readFileSync(join(folder, log), 'utf8'), 'a line\n')
})

test('a test file that forgets to stop its writer ends', async (t) => {
  const path = join(tempFolder(t), 'app.log')
  const { code } = await runProgram(t, 'forgetful-test-suite.js', [], {
    execArgv: ['--test'],
    env: { LOG_PATH: path },
  })
  assert.equal(code, 0)
  assert.equal(readFileSync(path, 'utf8'), 'a line\n'.repeat(2))
})
