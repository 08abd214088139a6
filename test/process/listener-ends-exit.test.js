// An application's 'exit' listener that throws or calls process.exit() keeps Node from calling the listeners after it.

import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { runProgram } from '../helpers/program.js'
import { tempFolder } from '../helpers/temp-folder.js'

for (const [where, how, status] of [
  ['main', 'exit', 6],
  ['main', 'throw', 3],
  ['worker', 'exit', 6],
]) {
  it(`every line is in the log where an earlier 'exit' listener of the ${where} thread ends by ${how}`, async (t) => {
    const folder = tempFolder(t)
    const path = join(folder, 'app.log')
    const { code } = await runProgram(t, 'listener-ends-exit.js', [path, where, how], {})
    assert.equal(code, status)
    const sent = [...Array.from({ length: 10 }, (_, n) => `line ${n}`), 'from the listener']
    assert.equal(readFileSync(path, 'utf8'), sent.map((line) => `${line}\n`).join(''))
    assert.deepEqual(readdirSync(folder), ['app.log'])
  })
}
