// Two copies of the package in one process, one of each form, share one registry for exit and signals.

import assert from 'node:assert/strict'
import { cpSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { expectAllLines } from '../helpers/numbered-lines.js'
import { startProgram } from '../helpers/program.js'
import { tempFolder } from '../helpers/temp-folder.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) {
  test(`${signal} finishes the writers of both, then ends the process`, async (t) => {
    const folder = tempFolder(t)
    const logs = [join(folder, '1.log'), join(folder, '2.log')]
    const { child, says, done } = startProgram(t, 'two-copies.js', [...copies(folder), ...logs])
    assert.match(await says('ready'), /^ready 1$/mu)
    child.kill(signal)
    const outcome = await done
    assert.deepEqual([outcome.code, outcome.signal, outcome.stderr], [null, signal, ''])
    for (const log of logs) expectAllLines(log, 2000)
  })
}

test('a signal ends a process whose two copies both have a full disk', async (t) => {
  const args = [...copies(tempFolder(t)), '/dev/full', '/dev/full']
  const { child, says, done } = startProgram(t, 'two-copies.js', args)
  await says('ready')
  child.kill('SIGINT')
  assert.equal((await done).signal, 'SIGINT')
})

function copies(folder) {
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  return ['first', 'second'].map((name) => {
    const copy = join(folder, name)
    cpSync(join(ROOT, 'dist'), copy, { recursive: true })
    return copy
  })
}
