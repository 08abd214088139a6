// Node's permission model: whatever is allowed, either every line arrives, or the writer says at its creation what
// is missing.

import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runProgram } from '../helpers/program.js'
import { tempFolder } from '../helpers/temp-folder.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const MODEL = process.allowedNodeEnvironmentFlags.has('--permission')
  ? '--permission'
  : '--experimental-permission'
const HAS_MAPPING = process.platform === 'linux'

for (const workers of [true, false]) {
  for (const addons of [true, false]) {
    for (const reading of ['app', 'app and logs', 'everything']) {
      describe(`workers ${workers}, addons ${addons}, may read ${reading}`, () => {
        for (const how of reading === 'everything' ? ['stop'] : ['exit']) {
          test(`block writer, ${how}: every line arrives, and the writer says what it does without`, async (t) => {
            const { folder, path } = logs(t)
            const result = await run(t, { workers, addons, reading, folder }, [path, 'block', how])
            const isMapped = HAS_MAPPING && addons && reading !== 'app'
            assert.deepEqual(result, {
              hasThread: workers,
              crashSafe: isMapped,
              warnings: workers ? [] : ['CHOOSE_L2_NO_THREAD'],
            })
            expectLines(path)
            assert.deepEqual(readdirSync(folder), ['app.log'])
          })
        }

        test('mmap writer: every line arrives, or one clear error', async (t) => {
          const { folder, path } = logs(t)
          const result = await run(t, { workers, addons, reading, folder }, [path, 'mmap', 'stop'])
          if (HAS_MAPPING && addons && reading !== 'app') return expectLines(path)
          assert.equal(result.name, 'ChooseL2Error')
          assert.match(result.message, reading === 'app' ? /--allow-fs-read=/u : /addons|Linux/u)
        })
      })
    }
  }
}

test('a log that may not be written is an error that names the flag', async (t) => {
  const { folder, path } = logs(t)
  const allowed = { workers: true, addons: true, reading: 'everything', folder }
  const elsewhere = await run(t, { ...allowed, folder: join(folder, 'other') }, [path, 'block', 'stop'])
  assert.equal(elsewhere.code, 'ERR_OPEN_FAILED')
  assert.ok(elsewhere.message.includes(`--allow-fs-write=${path}`), elsewhere.message)
  assert.equal(existsSync(path), false)
})

for (const safety of ['safe', 'unsafe']) {
  test(`permission for the file alone is enough (${safety})`, async (t) => {
    const { path } = logs(t)
    const allowed = { workers: true, addons: false, reading: 'app', file: path }
    const result = await run(t, allowed, [path, 'block', 'stop', safety])
    assert.equal(result.hasThread, true)
    expectLines(path)
  })
}

test('a folder that is missing is made where that is allowed', async (t) => {
  const { folder } = logs(t)
  const path = join(folder, 'deep/deeper/app.log')
  await run(t, { workers: true, addons: false, reading: 'app', folder }, [path, 'block', 'stop'])
  expectLines(path)
})

function logs(t) {
  const folder = join(tempFolder(t), 'logs')
  mkdirSync(folder)
  return { folder, path: join(folder, 'app.log') }
}

async function run(t, { workers, addons, reading, folder, file }, args) {
  const readable = { app: [`${ROOT}*`], 'app and logs': [`${ROOT}*`, `${folder}/*`], everything: ['*'] }
  const execArgv = [
    '--no-warnings',
    MODEL,
    ...readable[reading].map((path) => `--allow-fs-read=${path}`),
    `--allow-fs-write=${file ?? `${folder}/*`}`,
    ...(workers ? ['--allow-worker'] : []),
    ...(addons ? ['--allow-addons'] : []),
  ]
  const { code, stdout, stderr } = await runProgram(t, 'permitted.js', args, { execArgv })
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
  return JSON.parse(stdout)
}

function expectLines(path) {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
  assert.deepEqual(
    lines,
    Array.from({ length: 2000 }, (_, n) => `line ${n}`),
  )
}
