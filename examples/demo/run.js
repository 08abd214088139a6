// The demo: an HTTP server in one process, a load generator in another, and the server's request log written by
// choose-l2. Phases with and without the log alternate, so the difference between them is what the log costs.
// Then the file is checked line by line. At last a server is killed with SIGKILL under load, its log is recovered, and
// every request it had answered must have its line. Exits 0 only if all checks passed.
//
//   npm run demo                                  16 seconds of load, leaves nothing behind
//   npm run demo -- --seconds 60 --keep app.log   longer, and keeps the log

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { checkLog } from './check.js'
import { killUnderLoad } from './kill.js'
import { startProcess } from './process.js'
import { report } from './report.js'
import { Screen } from './screen.js'

const ROUNDS = 5
const WARM_UP = 0.12 // of the whole time
const KILL = 0.1 // of the whole time
const LIVE_EVERY_MS = 200

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '16' }, keep: { type: 'string' } },
})
const seconds = Number(values.seconds)
if (!(seconds > 0)) {
  console.error(`Expected --seconds to be a number > 0, got '${values.seconds}'`)
  process.exit(2)
}

const folder = mkdtempSync(join(tmpdir(), 'choose-l2-demo-'))
const path = values.keep === undefined ? join(folder, 'requests.log') : resolve(values.keep)
const screen = new Screen()
const children = []

process.on('exit', () => {
  for (const child of children) child.kill()
  rmSync(folder, { recursive: true, force: true })
})
for (const [signal, number] of Object.entries({ SIGINT: 2, SIGTERM: 15, SIGHUP: 1 })) {
  process.on(signal, () => {
    screen.clear()
    process.exit(128 + number)
  })
}

const server = start('server.js', [path])
const load = start('load.js', [])
try {
  const passed = await demonstrate()
  process.exitCode = passed ? 0 : 1
} catch (error) {
  screen.clear()
  console.error(`The demo could not finish: ${error.message}`)
  process.exitCode = 1
}
process.exit()

function start(file, args) {
  const child = startProcess(new URL(file, import.meta.url), args)
  children.push(child)
  return child
}

async function demonstrate() {
  const { port } = await server.ask('start')
  screen.title(port)
  const phaseSeconds = (seconds * (1 - WARM_UP - KILL)) / (2 * ROUNDS)
  await runPhase({ name: 'warming up', withLog: true, seconds: seconds * WARM_UP, port })

  const phases = []
  for (let n = 0; n < 2 * ROUNDS; n++) {
    // A B B A ...: whatever changes slowly, like the temperature of the machine, falls on both alike.
    const withLog = n % 4 === 0 || n % 4 === 3
    const name = `phase ${n + 1} of ${2 * ROUNDS}`
    phases.push(await runPhase({ name, withLog, seconds: phaseSeconds, port }))
  }
  screen.live('stopping the server, checking the log line by line')
  const end = await server.ask('stop')
  const check = await checkLog(path, {
    onProgress: (lines) => screen.live('checking the log', `${lines} lines`),
  })
  const kill = await killUnderLoad({
    path: join(folder, 'killed.log'),
    seconds: seconds * KILL,
    screen,
    start,
  })
  screen.clear()
  return report({ phases, end, check, kill, kept: values.keep === undefined ? null : path })
}

/** One stretch of load; returns what the server and the client measured. */
async function runPhase({ name, withLog, seconds, port }) {
  await server.ask('begin', { withLog })
  const label = `${name} ${withLog ? 'with log' : 'without log'}`
  const timer = setInterval(async () => {
    const now = await server.ask('live')
    screen.live(label, `${perSecond(now)} requests/s`, now.seconds / seconds)
  }, LIVE_EVERY_MS)
  let client
  try {
    client = await load.ask('run', { port, seconds })
  } finally {
    clearInterval(timer)
  }
  const measured = await server.ask('end')
  screen.done(label, `${perSecond(measured)} requests/s`)
  return { withLog, client, ...measured }
}

function perSecond({ requests, seconds }) {
  return Math.round(requests / Math.max(seconds, 0.001)).toLocaleString('en')
}
