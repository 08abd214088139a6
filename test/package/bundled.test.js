// Applications whose bundle holds the whole library: nothing of it is lost, and nothing of the application's is taken for it.

import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { execFileSync } from 'node:child_process'
import { build } from 'esbuild'
import { programEnv } from '../helpers/program.js'
import { tempFolder } from '../helpers/temp-folder.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const MODULES = join(ROOT, 'node_modules')
const FULL = { hasThread: true, notCrashSafeBecause: null }
const NO_KOFFI = { hasThread: true, notCrashSafeBecause: 'the optional package koffi is not installed' }
const ONLY_LINUX = process.platform !== 'linux' && 'crash safety needs Linux'

for (const [format, extension] of [
  ['esm', 'mjs'],
  ['cjs', 'cjs'],
]) {
  for (const isMinified of [false, true]) {
    describe(`a bundle (${format}${isMinified ? ', minified' : ''})`, { skip: ONLY_LINUX }, () => {
      const bundle = async (t, folder = 'app/dist') => {
        const root = realpathSync(tempFolder(t))
        mkdirSync(join(root, folder), { recursive: true })
        const file = join(root, folder, `main.${extension}`)
        const entryPoints = [fileURLToPath(new URL('../programs/send-from-bundle.js', import.meta.url))]
        const { warnings } = await build({
          entryPoints,
          format,
          outfile: file,
          bundle: true,
          platform: 'node',
          minify: isMinified,
          logLevel: 'silent',
        })
        assert.deepEqual(
          warnings.map(({ text }) => text).filter((text) => !text.includes('import.meta')),
          [],
        )
        return { root, file, log: join(root, 'app.log') }
      }

      test('has its thread, and says once that koffi is not there', async (t) => {
        const { root, file, log } = await bundle(t)
        assert.deepEqual(run(file, log, { cwd: root }), NO_KOFFI)
        expectLines(log)
      })

      test('finds koffi in the folders above it', async (t) => {
        const { root, file, log } = await bundle(t)
        symlinkSync(MODULES, join(root, 'app/node_modules'))
        assert.deepEqual(run(file, log, { cwd: '/' }), FULL)
        expectLines(log)
      })

      test('finds koffi from the working directory', async (t) => {
        const { root, file, log } = await bundle(t)
        mkdirSync(join(root, 'elsewhere/deeper'), { recursive: true })
        symlinkSync(MODULES, join(root, 'elsewhere/node_modules'))
        assert.deepEqual(run(file, log, { cwd: join(root, 'elsewhere/deeper') }), FULL)
        expectLines(log)
      })

      test('finds koffi from the main script, where that is elsewhere and a link', async (t) => {
        const { root, file, log } = await bundle(t)
        mkdirSync(join(root, 'program'))
        mkdirSync(join(root, 'bin'))
        symlinkSync(MODULES, join(root, 'program/node_modules'))
        writeFileSync(join(root, 'program/start.mjs'), `import(${JSON.stringify(file)})`)
        symlinkSync('../program/start.mjs', join(root, 'bin/start.mjs'))
        assert.deepEqual(run(join(root, 'bin/start.mjs'), log, { cwd: '/' }), FULL)
        expectLines(log)
      })

      test("never runs the application's own files in its thread", async (t) => {
        const { root, file, log } = await bundle(t)
        const trace = join(root, 'trace')
        const program = `require('node:fs').appendFileSync(${JSON.stringify(trace)}, __filename + '\\n')`
        writeFileSync(join(root, 'package.json'), '{ "type": "commonjs" }')
        for (const name of [
          'entry',
          'background',
          'thread',
          'worker',
          'owner-process',
          'index',
          'choose-l2',
        ]) {
          writeFileSync(join(dirname(file), `${name}.js`), program)
        }
        assert.deepEqual(run(file, log, { cwd: dirname(file) }), NO_KOFFI)
        assert.throws(() => readFileSync(trace), { code: 'ENOENT' })
        expectLines(log)
      })
    })
  }
}

function run(file, log, options) {
  const env = programEnv()
  return JSON.parse(execFileSync(process.execPath, [file, log], { ...options, env, encoding: 'utf8' }))
}

function expectLines(log) {
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n')
  assert.deepEqual(
    lines,
    Array.from({ length: 4000 }, (_, n) => `line ${n}`),
  )
}
