// The application of the question http: an HTTP server that logs some lines for each request, through a contender or
// through pino. It tells what it cost between the messages 'begin' and 'end'. Logging ignores back-pressure, as
// applications do: what a logger cannot write it keeps in memory, and the memory is one of the figures.

import { createServer } from 'node:http'
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks'
import { cpuSeconds, peakRssMB } from '../shared/resources.js'
import { countLines } from '../shared/verify.js'
import { contender, task } from './task.js'

const { path, linesPerRequest, pino: throughPino } = task
const BODY = JSON.stringify({ items: [1, 2, 3], ok: true })
const NS_PER_MS = 1e6
/** The timer of the histogram fires at this interval; an idle loop shows about this much, so it is the same for all. */
const RESOLUTION_MS = 1

const logger = contender.logsNothing ? null : await contender.open(path)
const log = throughPino ? await pinoLog() : lineLog()
let lines = 0
let bytes = 0
let gcMs = 0
let before

const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
const observer = new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) gcMs += duration
})
observer.observe({ entryTypes: ['gc'] })

const server = createServer((request, response) => {
  if (logger !== null) {
    for (let n = 0; n < linesPerRequest; n++) log(request, n)
    lines += linesPerRequest
  }
  response.setHeader('content-type', 'application/json')
  response.end(BODY)
})
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }))

process.on('message', (message) => {
  if (message === 'begin') begin()
  else void end()
})

function begin() {
  gcMs = 0
  before = { cpu: cpuSeconds(), at: performance.now(), lines }
  delay.reset()
  delay.enable()
}

async function end() {
  delay.disable()
  const seconds = (performance.now() - before.at) / 1000
  const counted = lines - before.lines
  const used = cpuSeconds() - before.cpu
  const figures = {
    delayP50: delay.percentile(50) / NS_PER_MS,
    delayP99: delay.percentile(99) / NS_PER_MS,
    delayMax: delay.max / NS_PER_MS,
    linesPerSecond: counted / seconds,
    cpuPercent: (used / seconds) * 100,
    ...(counted > 0 && { cpuSecondsPerMillion: (used / counted) * 1e6 }),
    peakRssMB: peakRssMB(),
    gcPercent: (gcMs / 1000 / seconds) * 100,
  }
  server.closeAllConnections()
  await new Promise((resolve) => {
    server.close(resolve)
  })
  await finish()
  process.send({ figures }, () => process.disconnect())
}

/** Everything that was logged must be in the file, though nobody waited for it. */
async function finish() {
  if (logger === null) return
  await logger.flushed(bytes)
  await logger.close()
  if (logger.writesFile === false) return
  const found = countLines(path)
  if (found !== lines) throw new Error(`${lines} lines were logged, ${found} are in the file`)
}

function lineLog() {
  const end = contender.takes === 'ended' ? '\n' : ''
  return (request, n) => {
    const text = textOf(request, n)
    bytes += text.length + 1
    logger.send(text + end)
  }
}

async function pinoLog() {
  if (logger === null) return null
  const { default: pino } = await import('pino')
  const log = pino({}, logger.stream())
  return ({ method, url }, n) => log.info({ method, url, n, status: 200 }, 'request completed')
}

/** About 107 bytes, all ASCII. */
function textOf({ method, url }, n) {
  return JSON.stringify({
    time: Date.now(),
    level: 30,
    msg: 'request completed',
    n,
    method,
    url,
    status: 200,
  })
}
