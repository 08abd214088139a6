// Stack traces of the bundles lead to the sources.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { programEnv } from '../helpers/program.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

for (const [form, load] of [
  ['ES module', `import('choose-l2')`],
  ['CommonJS', `Promise.resolve(require('choose-l2'))`],
]) {
  test(`${form}: a stack trace has the lines of src/`, () => {
    const program = `${load}.then(({ createWriter }) => createWriter('')).catch(({ stack }) => console.log(stack))`
    const args = ['--enable-source-maps', '-e', program]
    const { stdout } = spawnSync(process.execPath, args, { cwd: ROOT, env: programEnv(), encoding: 'utf8' })
    const places = [...stdout.matchAll(/at (?:new )?(\w+) \(\S*\/(src\/\S+?\.ts):(\d+):/gu)]
    const top = places.find(([, name]) => name === 'createWriter')
    assert.ok(top !== undefined, stdout)
    const [, , file, line] = top
    assert.equal(file, 'src/create-writer.ts')
    assert.match(readFileSync(ROOT + file, 'utf8').split('\n')[line - 1], /new BlockBufferedWriter/u)
  })
}
