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

test('an uncaught error shows its message, and not the whole library as the line that it comes from', () => {
  for (const load of ["require('choose-l2')", "await import('choose-l2')"]) {
    const program = `const { createWriter } = ${load}; createWriter('app.log', { policy: 'dropped' })`
    const type = load.startsWith('await') ? 'module' : 'commonjs'
    const args = [`--input-type=${type}`, '-e', program]
    const { stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8', env: programEnv() })
    assert.match(stderr, /^ChooseL2Error: Expected policy to be 'block' or/m)
    assert.ok(stderr.length < 4000, `${stderr.length} characters`)
  }
})
