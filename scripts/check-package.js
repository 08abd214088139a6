// Checks what users will install: packs the package into a temporary folder, looks at the list of its files,
// and lets publint and attw judge the tarball.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const folder = mkdtempSync(join(tmpdir(), 'choose-l2-pack-'))
// Also when it is not npm that starts this script, the tools are those of the project.
const env = { ...process.env, PATH: [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter) }

const SHIPPED = [
  /^dist\/index\.(?:js|cjs|d\.ts|d\.cts)$/,
  /^dist\/adapters\/[\w-]+\.(?:js|cjs|d\.ts|d\.cts)$/,
  /^dist\/cli\/main\.js$/,
  /^dist\/.+\.map$/,
  /^package\.json$/,
  /^README\.md$/,
  /^LICENSE$/,
  /^(?:CHANGELOG|SECURITY)\.md$/,
  /^dist\/LICENSES\.txt$/,
]

/** As soon as the command is there, it must be installed too. (That a `bin` exists is publint's to check.) */
const COMMAND = 'dist/cli/main.js'

try {
  run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder])
  const tarball = join(folder, readdirSync(folder)[0])
  checkFiles(tarball)
  run('publint', ['run', tarball, '--strict'])
  const quiet = ['--format', 'ascii', '--no-emoji', '--no-summary', '--no-definitely-typed']
  run('attw', [tarball, '--profile', 'node16', ...quiet])
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function checkFiles(tarball) {
  const files = run('tar', ['-tzf', tarball], 'pipe')
    .trim()
    .split('\n')
    .map((path) => path.replace(/^package\//, ''))
  const foreign = files.filter((path) => !SHIPPED.some((pattern) => pattern.test(path)))
  if (foreign.length > 0)
    throw new Error(`These files do not belong into the package:\n${foreign.join('\n')}`)
  if (!files.includes('dist/index.js')) throw new Error('dist/index.js is missing in the package')
  if (files.includes(COMMAND) && readManifest().bin?.['choose-l2'] !== COMMAND) {
    throw new Error(`package.json needs "bin": { "choose-l2": "${COMMAND}" }`)
  }
  console.log(`${files.length} files in the package, all of them known kinds`)
}

function readManifest() {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
}

function run(command, args, stdout = 'inherit') {
  const {
    status,
    error,
    stdout: text,
  } = spawnSync(command, args, {
    cwd: root,
    env,
    encoding: 'utf8',
    stdio: ['ignore', stdout, 'inherit'],
    shell: process.platform === 'win32', // npm and the tools are .cmd files there
  })
  if (error) throw error
  if (status !== 0) throw new Error(`${command} failed`)
  return text
}
