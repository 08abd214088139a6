// (5) What logging costs the application: an HTTP server under as many requests as it can answer, several log lines a
// request, with no log, with each peer, with each of our writers, and with pino through us and through its own.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { asHundredths, asTenths, whole } from '../shared/table.js'

const SERVER = new URL('../programs/http-server.js', import.meta.url)
const LOAD = new URL('../programs/http-load.js', import.meta.url)

export const http = {
  name: 'http',
  title: 'an HTTP server that logs several lines a request, under full load',
  unit: 'requests/s',
  options: {
    seconds: { default: 10, quick: 2 },
    warmupSeconds: { default: 2, quick: 1 },
    connections: { default: 50, quick: 50 },
    linesPerRequest: { default: 10, quick: 10 },
  },
  columns: [
    { figure: 'requestsPerSecond', title: 'requests/s', show: whole },
    { figure: 'latencyP99', title: 'latency p99 ms', show: asTenths },
    { figure: 'delayP50', title: 'loop delay p50 ms', show: asHundredths },
    { figure: 'delayP99', title: 'p99', show: asHundredths },
    { figure: 'cpuSecondsPerMillion', title: 'CPU s/M lines', show: asHundredths },
    { figure: 'gcPercent', title: 'GC %', show: asTenths },
    { figure: 'peakRssMB', title: 'RSS MB', show: whole },
  ],
  notes: [
    'The CPU seconds are those of the whole server, HTTP included. Loop delay: perf_hooks, a timer of 1 ms.',
    'pino: log.info() with an object; the others get a line of JSON, made for each call.',
  ],
  variants: () => [{ name: 'lines' }, { name: 'pino', pino: true }],
  canAsk: ({ open, logsNothing = false }) => open !== undefined || logsNothing,
  isUsual: ({ kind, name }) => kind !== 'ours' || !/loop|manual|(?:line|mmap) crashSafe/u.test(name),
  /** Through pino go those that pino itself can write to, and ours. */
  suits: ({ name }, { pino = false }) =>
    !pino || /^choose-l2 (?:block|line|mmap)$|^pino|^fs.createWriteStream$/u.test(name),
  runOnce,
}

async function runOnce(task) {
  const server = start(SERVER, task)
  try {
    const [{ port }] = await server.message()
    const clients = start(LOAD, { ...task, port })
    try {
      await clients.message()
      server.child.send('begin')
      const [{ figures }] = await clients.message()
      server.child.send('end')
      const [{ figures: costs }] = await server.message()
      await server.ended
      return { ...figures, ...costs }
    } finally {
      clients.child.kill('SIGKILL')
    }
  } finally {
    server.child.kill('SIGKILL')
  }
}

/** A process; `message()` is its next message and rejects if it ends before. */
function start(file, task) {
  const child = fork(file, [JSON.stringify(task)], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
  const errors = child.stderr.toArray()
  const ended = once(child, 'close')
  const failed = ended.then(async ([code, signal]) => {
    const text = Buffer.concat(await errors).toString()
    throw new Error(`${file.pathname} ended with ${signal ?? code}: ${text}`)
  })
  failed.catch(() => {}) // if nobody waits for a message any more, that it ends is right
  return { child, ended, message: () => Promise.race([once(child, 'message'), failed]) }
}
