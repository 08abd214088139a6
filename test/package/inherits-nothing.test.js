// The writer thread inherits nothing from the start of the application.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { programEnv } from '../helpers/program.js'
import { tempFolder } from '../helpers/temp-folder.js'

const PROGRAM = fileURLToPath(new URL('../programs/send-from-bundle.js', import.meta.url))

for (const where of ['NODE_OPTIONS', 'the command line']) {
  test(`--import and --require from ${where} run in the main thread only`, (t) => {
    const folder = tempFolder(t)
    const trace = join(folder, 'trace')
    const note = (loader) =>
      `${loader}('node:fs').appendFileSync(${JSON.stringify(trace)}, String(${loader}('node:worker_threads').isMainThread) + '\\n')`
    writeFileSync(join(folder, 'required.cjs'), note('require'))
    writeFileSync(join(folder, 'imported.mjs'), note('process.getBuiltinModule'))
    const options = [`--require=${join(folder, 'required.cjs')}`, `--import=${join(folder, 'imported.mjs')}`]
    const isInEnv = where === 'NODE_OPTIONS'
    const env = programEnv(isInEnv ? { NODE_OPTIONS: options.join(' ') } : {})
    const args = [...(isInEnv ? [] : options), PROGRAM, join(folder, 'app.log')]
    const { hasThread } = JSON.parse(execFileSync(process.execPath, args, { env, encoding: 'utf8' }))
    assert.equal(hasThread, true)
    assert.equal(readFileSync(trace, 'utf8'), 'true\ntrue\n')
  })
}
