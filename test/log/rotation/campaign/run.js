// Four processes write numbered lines to one rotating log, with gzip. Every second one of them is killed and another one
// is stopped for a moment. Then every line is counted: node test/log/rotation/campaign/run.js [seconds, 600 by default]

import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setTimeout as delay } from 'node:timers/promises'
import { defects, tidy, writeLines } from '../../../helpers/rotating.js'

const seconds = Number(process.argv[2] ?? 600)
const LIMIT = 1_000_000
const IDS = [1, 2, 3, 4]
/** More than a process writes in the time. */
const ENDLESS = 1e9
const STOP_MS = 200

const folder = mkdtempSync(join(tmpdir(), 'choose-l2-'))
const path = join(folder, 'app.log')
const program = fileURLToPath(new URL('../../../programs/rotate-lines.js', import.meta.url))
const children = new Map()
let isOver = false
const counts = { kills: 0, stops: 0 }

function start(id) {
  const job = JSON.stringify({ path, id, count: ENDLESS, limit: LIMIT, compresses: true, pauseMs: 1 })
  const child = spawn(process.execPath, [program, job], { stdio: ['ignore', 'ignore', 'inherit'] })
  children.set(id, child)
  child.on('exit', (code) => {
    if (code !== null) process.exitCode = 1
    if (!isOver) start(id)
  })
}

IDS.forEach(start)
for (const deadline = Date.now() + seconds * 1000; Date.now() < deadline;) {
  await delay(1000 - STOP_MS)
  const [killed, stopped] = [...children.values()].sort(() => Math.random() - 0.5)
  killed.kill('SIGKILL')
  stopped.kill('SIGSTOP')
  await delay(STOP_MS)
  stopped.kill('SIGCONT')
  counts.kills++
  counts.stops++
}
isOver = true
await Promise.all(
  [...children.values()].map(
    (child) =>
      new Promise((resolve) => {
        if ((child.exitCode ?? child.signalCode) !== null) return resolve()
        child.on('exit', resolve)
        child.kill('SIGKILL')
      }),
  ),
)
writeLines({ path, id: 5, count: 10, limit: LIMIT }) // the next start
tidy(folder, Infinity)
const lines = Math.max(...IDS.map((id) => lastLine(join(folder, `ack.${id}`))))
const found = defects(path, [...IDS, 5], lines, LIMIT)
const files = readdirSync(dirname(path)).filter((name) => name.startsWith('app.log.'))
const numbers = files.map((name) => Number(name.split('.')[2])).sort((a, b) => a - b)
if (numbers.some((number, index) => number !== index + 1)) found.push(`a gap: ${numbers.join(' ')}`)
console.log({ ...counts, archives: files.length, linesOfTheFastest: lines, defects: found.slice(0, 20) })
if (found.length > 0) process.exitCode = 1
rmSync(folder, { recursive: true })

function lastLine(ledger) {
  return Number(readFileSync(ledger, 'utf8').trimEnd().split('\n').at(-1).split(' ').at(-1))
}
