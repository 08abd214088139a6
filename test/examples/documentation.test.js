// Every example in the documentation runs: each `@example` of the public types, and each JavaScript block of the README
// and of docs/ that is a whole program, which is one that imports the package.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { tempFolder } from '../helpers/temp-folder.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]

const examples = [
  ...typeExamples().map((code, n) => ({ name: `@example ${n + 1}`, code })),
  ...pages.flatMap((page) => blocksOf(page).map((code, n) => ({ name: `${page}, program ${n + 1}`, code }))),
]

test('there are some of both kinds', () => {
  assert.ok(typeExamples().length >= 8)
  for (const code of typeExamples()) assert.match(code, /^import \{.* from 'choose-l2(?:\/\w+)?'$/m)
  assert.ok(blocksOf('README.md').length >= 2)
})

for (const { name, code } of examples) {
  test(`${name}: ${firstCall(code)}`, async (t) => {
    const folder = tempFolder(t)
    mkdirSync(join(folder, 'node_modules'))
    symlinkSync(root, join(folder, 'node_modules/choose-l2'))
    for (const host of ['pino', 'winston', '@opentelemetry'])
      symlinkSync(join(root, 'node_modules', host), join(folder, 'node_modules', host))
    const isCommonJs = /\brequire\('choose-l2'\)/.test(code)
    const file = join(folder, isCommonJs ? 'example.cjs' : 'example.mjs')
    writeFileSync(file, code)
    const child = spawn(process.execPath, [file], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
    const [[status], stdout, stderr] = await Promise.all([
      once(child, 'close'),
      child.stdout.toArray(),
      child.stderr.toArray(),
    ])
    assert.deepEqual([status, Buffer.concat(stderr).toString()], [0, ''])
    assert.match(oneLine(Buffer.concat(stdout).toString()), promised(code))
  })
}

function typeExamples() {
  const adapters = readdirSync(join(root, 'dist/adapters')).filter((name) => name.endsWith('.d.cts'))
  const files = ['index.d.cts', ...adapters.map((name) => `adapters/${name}`)]
  const types = files.map((name) => readFileSync(join(root, 'dist', name), 'utf8')).join('\n')
  return [...types.matchAll(/@example\n \* ```js\n((?: \*.*\n)*?) \* ```/g)].map(([, text]) =>
    text.replaceAll(/^ \* ?/gm, ''),
  )
}

function blocksOf(page) {
  const blocks = [...readFileSync(join(root, page), 'utf8').matchAll(/^```js\n(.*?)^```/gms)]
  return blocks
    .map(([, code]) => code)
    .filter((code) =>
      /^import .* from 'choose-l2(?:\/\w+)?'|target: 'choose-l2\/|require\('choose-l2'\)/m.test(code),
    )
}

/** What the example says that it prints: the comments behind its calls of console.log. '...' stands for anything. */
function promised(code) {
  const texts = [...code.matchAll(/^ *console\.log\(.*\) \/\/ (.*)$/gm)].map(([, text]) =>
    text.replace(/^'(.*)'$/, '$1'),
  )
  const escaped = oneLine(texts.join('\n')).replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  return new RegExp(`^${escaped.replaceAll('\\.\\.\\.', '.*')}$`)
}

function oneLine(text) {
  return text.trim().replaceAll(/\s+/g, ' ')
}

function firstCall(code) {
  return code.split('\n').find((line) => line !== '' && !line.startsWith('import')) ?? ''
}
