// The benchmarks: `npm run bench` asks every question, `npm run bench -- NAME [options]` one of them; the checks and the
// goals are run by their names. `npm run bench -- --help` lists all. CONTRIBUTING.md says more.

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { printGoals } from './goals/print.js'
import { questions } from './questions/index.js'
import { measure } from './shared/measure.js'
import { shapeOptions, valuesFor } from './shared/options.js'

/** Programs of their own: they judge, and take their own options. */
const checks = {
  combinations: 'every writer, mode and policy, from one and from four threads: all lines there or counted',
  ends: 'the ways a process ends: all lines there',
  'stuck-disk': 'memory with a disk that takes nothing: flat',
  survival: 'what is left of 2,000 lines, beside the other loggers; and on a disk that is full for a while',
}

const [name, ...rest] =
  process.argv[2]?.startsWith('-') === false ? process.argv.slice(2) : ['all', ...process.argv.slice(2)]
if (name in checks) check(name, rest)
else await ask(name, rest)

async function ask(name, args) {
  const { values } = parseArgs({ args, options: shapeOptions(questions) })
  if (values.help) return printHelp()
  if (name === 'goals') return printGoals({ published: values.published })
  if (name === 'charts') return charts({ published: !values.results, folder: values.out })
  const asked = questions.filter((question) => name === 'all' || question.name === name)
  if (asked.length === 0) return refuse(`There is no ${name}: npm run bench -- --help lists what there is.`)
  if (!isInstalled()) return refuse('What is compared with is not installed: npm ci --prefix bench')
  for (const question of asked) await measure(question, valuesFor(question, values))
  if (name === 'all') printGoals({ published: false })
}

async function charts(options) {
  if (!isInstalled()) return refuse('What the charts are drawn with is not installed: npm ci --prefix bench')
  const { drawCharts } = await import('./charts/draw-charts.js')
  if (drawCharts(options).length === 0) refuse('There is nothing to draw.')
}

function isInstalled() {
  return existsSync(new URL('node_modules', import.meta.url))
}

function check(name, args) {
  const [file] = ['.js', '/run.js']
    .map((end) => new URL(`checks/${name}${end}`, import.meta.url))
    .filter(existsSync)
  const { status } = spawnSync(process.execPath, [fileURLToPath(file), ...args], { stdio: 'inherit' })
  process.exitCode = status ?? 1
}

function refuse(message) {
  console.error(message)
  process.exitCode = 1
}

function printHelp() {
  const list = (rows) => rows.map(([name, text]) => `  ${name.padEnd(22)} ${text}`).join('\n')
  console.log(`npm run bench                     every question, one after the other: hours
npm run bench -- NAME [options]   one question or check

Questions:
${list(questions.map(({ name, title }) => [name, title]))}

Options of every question:
  --quick                small sizes, one run: to try it out
  --runs 5               runs of each contender, in turns
  --contenders a,b       names or parts of names
  --folder /mnt/disk     where the measured files lie; default: the folder for temporary files
  --publish              also write bench/published/NAME.json, which goals and charts are made from

Options of some (lists with commas):
${list(questions.map(({ name, options }) => [name, Object.entries(options).map(optionText).join(' ')]))}

Checks, with options of their own:
${list(Object.entries(checks))}

  goals [--published]    what the saved results say about the goals
  charts [--results]     docs/charts/NAME.svg from the published results, or from the newest saved ones; --out FOLDER`)
}

function optionText([name, { default: value }]) {
  const text = Array.isArray(value) ? value.join(',') : String(value)
  return `--${name}${text === '' ? ' a,b' : ` ${text}`}`
}
