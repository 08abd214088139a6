// Every program in examples/ runs, says what it should and leaves the log it should.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { expectations } from './expectations.js'
import { tempFolder } from '../helpers/temp-folder.js'

const examples = fileURLToPath(new URL('../../examples', import.meta.url))
const helpers = ['log-path.js']
const folder = tempFolder()

it('every example has an expectation, and every expectation an example', () => {
  const hosts = readdirSync(join(examples, 'hosts')).map((name) => `hosts/${name}`)
  const files = [...readdirSync(examples), ...hosts].filter(
    (name) => name.endsWith('.js') && !helpers.includes(name),
  )
  assert.deepEqual(files.sort(), Object.keys(expectations).sort())
})

for (const [name, expectation] of Object.entries(expectations)) {
  it(`examples/${name} does what it says`, async () => {
    const path = join(folder, name.replace('.js', '.log').replace('/', '-'))
    const output = await run(join(examples, name), [path])
    for (const line of expectation.prints) assert.match(output, line)
    assert.equal(existsSync(path), expectation.log !== undefined)
    expectation.log?.(readFileSync(path, 'utf8'))
  })
}

it('an example without an argument removes what it wrote', async () => {
  const place = mkdtempSync(join(folder, 'tmp-'))
  await run(join(examples, 'flush-and-sync.js'), [], { TMPDIR: place })
  assert.deepEqual(readdirSync(place), [])
})

/** Runs a program to its end; returns what it printed. */
async function run(file, args, env = {}) {
  const program = spawn(process.execPath, [file, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  const ended = once(program, 'close')
  const [output, errors] = await Promise.all([program.stdout.toArray(), program.stderr.toArray()])
  const [code, signal] = await ended
  const said = Buffer.concat(errors).toString()
  assert.equal(signal ?? code, 0, `${file} ended with ${signal ?? code}: ${said}`)
  assert.equal(said, '')
  return Buffer.concat(output).toString()
}
