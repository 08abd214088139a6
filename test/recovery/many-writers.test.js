// Two hundred writers in one process, each with a queue file of its own: they all write, and leave nothing behind.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { runProgram } from '../helpers/program.js'
import { canMap } from '../helpers/kinds.js'
import { tempFolder } from '../helpers/temp-folder.js'

const WRITERS = 200

for (const [name, end, thread] of [
  ['are stopped', 'stop', false],
  ['end with the process', 'exit', false],
  ['with a thread each are stopped', 'stop', true],
]) {
  test(`${WRITERS} writers that ${name}`, { skip: !canMap && 'koffi is not installed' }, async (t) => {
    const folder = tempFolder(t)
    const args = [folder, String(WRITERS), end, String(thread)]
    const { code, signal, stdout, stderr } = await runProgram(t, 'many-orphans.js', args)
    assert.equal(signal ?? code, 0, stderr)
    const { queues, fdsBefore, fdsAfter } = JSON.parse(stdout)
    assert.equal(queues, WRITERS)
    if (end === 'stop') assert.ok(fdsAfter <= fdsBefore, `${fdsAfter} descriptors after ${fdsBefore}`)
    const files = readdirSync(folder)
    assert.equal(files.length, WRITERS)
    for (const file of files) assert.equal(readFileSync(join(folder, file), 'utf8'), `line of ${file}\n`)
  })
}
