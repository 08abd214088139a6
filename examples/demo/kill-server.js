// The server that is killed, a process of its own. A request that is answered must have its line in the log whatever
// happens. The line is handed over when send() returns, and the response follows.

import { createServer } from 'node:http'
import { createWriter } from 'choose-l2'
import { answerWith } from './process.js'

const writer = createWriter(process.argv[2]) // crash-safe by default, where that is supported
const body = JSON.stringify({ items: [1, 2, 3], ok: true })
let n = 0

const server = createServer((request, response) => {
  writer.send(textOf(request))
  response.end(body)
})

function textOf(request) {
  return JSON.stringify({
    n: ++n, // the check looks for every number, once and in order
    time: Date.now(),
    level: 'info',
    pid: process.pid,
    method: request.method,
    url: request.url,
    id: Number(request.headers['x-request-id']),
    ip: request.socket.remoteAddress,
  })
}

answerWith({
  start: () =>
    new Promise((resolve, reject) => {
      server.on('error', reject)
      server.listen(0, '127.0.0.1', () => {
        resolve({ port: server.address().port, notCrashSafeBecause: writer.notCrashSafeBecause })
      })
    }),
})
