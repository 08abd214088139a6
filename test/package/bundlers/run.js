// Builds an application with every bundler, runs what they built, and prints a table: npm run test:bundlers [name...]
//
// The application sends 4,000 lines. Where the built file stands beside the node_modules of the application, koffi is
// found; a second run from a folder without any shows what is left when only the built file is shipped. It installs the
// packed package and the bundlers into a temporary folder, which takes a minute and 500 MB.

import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { programEnv } from '../../helpers/program.js'
import { bundlers, TOOLS } from './bundlers.js'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const PROGRAM = new URL('../../programs/send-from-bundle.js', import.meta.url)
const LINES = Array.from({ length: 4000 }, (_, n) => `line ${n}\n`).join('')

const wanted = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'choose-l2-bundlers-'))
const app = join(folder, 'app')
const rows = []
try {
  prepare()
  for (const bundler of bundlers) {
    if (wanted.length > 0 && !wanted.some((name) => bundler.name.toLowerCase().includes(name))) continue
    console.error(`${bundler.name} ...`)
    rows.push({ name: bundler.name, ...resultOf(bundler) })
  }
  print()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.exitCode = rows.every(({ isWhole }) => isWhole) ? 0 : 1

/** An application with the packed package and all bundlers in its node_modules. */
function prepare() {
  mkdirSync(app)
  run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], ROOT)
  const tarball = join(
    folder,
    readdirSync(folder).find((name) => name.endsWith('.tgz')),
  )
  writeFileSync(join(app, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  run('npm', ['install', '--no-audit', '--no-fund', '--silent', tarball, ...TOOLS], app)
  cpSync(PROGRAM, join(app, 'send.js'))
}

function resultOf({ build, start = startFile, isAlone = true }) {
  try {
    const file = build({
      app,
      folder,
      run,
      tarball: readdirSync(folder).find((name) => name.endsWith('.tgz')),
    })
    const beside = start({ file, run, log: freshLog(), cwd: dirname(file) })
    const result = judge(beside)
    if (!isAlone) return result
    const elsewhere = join(folder, 'elsewhere')
    rmSync(elsewhere, { recursive: true, force: true })
    cpSync(dirname(file), elsewhere, { recursive: true })
    const alone = judge(
      start({ file: file.replace(dirname(file), elsewhere), run, log: freshLog(), cwd: elsewhere }),
    )
    return { ...result, alone, isWhole: result.isWhole && alone.isWhole }
  } catch (error) {
    return {
      isWhole: false,
      failure:
        String(error.stderr ?? '')
          .trim()
          .split('\n')
          .at(-1) || error.message,
    }
  }
}

function startFile({ file, log, cwd }) {
  return { log, answer: run(process.execPath, [file, log], cwd) }
}

function judge({ log, answer }) {
  const { hasThread, notCrashSafeBecause } = JSON.parse(answer)
  return {
    hasThread,
    isCrashSafe: notCrashSafeBecause === null,
    isWhole: readFileSync(log, 'utf8') === LINES,
  }
}

function freshLog() {
  const log = join(folder, 'app.log')
  if (existsSync(log)) rmSync(log)
  return log
}

function run(command, args, cwd, env = {}) {
  return execFileSync(command, args, {
    cwd,
    env: programEnv(env),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

function print() {
  const word = (is) => (is ? 'yes' : 'no')
  console.log(
    '| built by | thread | crash safety | built file alone: thread, crash safety | of 4,000 lines, in the file |',
  )
  console.log('|---|---|---|---|---|')
  for (const { name, failure, hasThread, isCrashSafe, alone, isWhole } of rows) {
    const rest = alone === undefined ? '-' : `${word(alone.hasThread)}, ${word(alone.isCrashSafe)}`
    if (failure !== undefined) console.log(`| ${name} | failed: ${failure} | | | |`)
    else
      console.log(
        `| ${name} | ${word(hasThread)} | ${word(isCrashSafe)} | ${rest} | ${isWhole ? 'all' : 'not all'} |`,
      )
  }
}
