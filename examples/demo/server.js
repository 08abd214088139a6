// The HTTP server of the demo, a process of its own. Each answered request becomes one JSON line in the log, as in
// a real service; without the log, nothing of it happens. It counts what it serves and the CPU it takes.

import { createServer } from 'node:http'
import { createWriter } from 'choose-l2'
import { answerWith } from './process.js'

const writer = createWriter(process.argv[2], { append: false })
const server = createServer((request, response) => {
  const start = performance.now()
  response.on('finish', () => finished(request, response, start))
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ path: request.url, items: [1, 2, 3], ok: true }))
})

/** For measureParts: a round fits the queue, so no send waits for the disk. */
const LINES = 2000
const ROUNDS = 25

let withLog = true
let requests = 0
let logged = 0
let startedAt = 0
let cpuAtStart = process.cpuUsage()

function finished(request, response, start) {
  requests++
  if (withLog) writer.send(textOf(++logged, request, response, start))
}

function textOf(n, request, response, start) {
  return JSON.stringify({
    n, // the check looks for every number, once and in order
    time: Date.now(),
    level: 'info',
    pid: process.pid,
    method: request.method,
    url: request.url,
    status: response.statusCode,
    ms: Math.round((performance.now() - start) * 1000) / 1000,
    ip: request.socket.remoteAddress,
    agent: request.headers['user-agent'],
  })
}

/** Microseconds of this thread that a line takes: to make its text, and to send it. Medians of several rounds. */
async function measureParts() {
  const request = { method: 'GET', url: '/', socket: { remoteAddress: '127.0.0.1' }, headers: {} }
  const nowhere = createWriter('/dev/null')
  const rounds = []
  for (let round = 0; round < ROUNDS; round++) {
    const texts = []
    const start = performance.now()
    for (let n = 0; n < LINES; n++) texts.push(textOf(n, request, { statusCode: 200 }, start))
    const made = performance.now()
    for (const text of texts) nowhere.send(text)
    const sent = performance.now()
    rounds.push({ text: made - start, send: sent - made })
    await nowhere.flush()
  }
  await nowhere.stop()
  const medianOf = (part) => rounds.map((round) => round[part]).sort((a, b) => a - b)[ROUNDS >> 1]
  return { text: (medianOf('text') * 1000) / LINES, send: (medianOf('send') * 1000) / LINES }
}

function elapsed() {
  return { requests, seconds: (performance.now() - startedAt) / 1000 }
}

answerWith({
  start: () =>
    new Promise((resolve, reject) => {
      server.on('error', reject)
      server.listen(0, '127.0.0.1', () => resolve({ port: server.address().port }))
    }),

  begin(phase) {
    withLog = phase.withLog
    requests = 0
    startedAt = performance.now()
    cpuAtStart = process.cpuUsage()
  },

  live: elapsed,

  async end() {
    const measured = elapsed()
    await writer.flush() // the thread's share of the work belongs to this phase
    const { user, system } = process.cpuUsage(cpuAtStart)
    return { ...measured, requests, cpuMicros: user + system }
  },

  async stop() {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    const complete = await writer.stop()
    const parts = await measureParts()
    return { complete, logged, parts, metrics: writer.metrics.getSnapshot(), writes: writer.flushCount }
  },
})
