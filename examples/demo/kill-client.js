// The clients of the server that is killed, a process of their own. Each request has an id of its own; what they
// remember is which ids were answered. They go on until the server is gone.

import { Agent, get } from 'node:http'
import { answerWith } from './process.js'

const CONNECTIONS = 50

const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
const answered = []
let sent = 0

/** Requests one after the other on one connection; resolves when one fails. */
function requestUntilGone(port) {
  return new Promise((resolve) => {
    request()

    function request() {
      const id = ++sent
      const options = { agent, host: '127.0.0.1', port, path: '/orders/17', headers: { 'x-request-id': id } }
      get(options, (response) => {
        answered.push(id) // the first bytes are here; whether the rest arrives does not matter
        response.on('end', request)
        response.on('error', resolve)
        response.resume()
      }).on('error', resolve)
    }
  })
}

answerWith({
  async run({ port }) {
    await Promise.all(Array.from({ length: CONNECTIONS }, () => requestUntilGone(port)))
    return { sent, answered }
  },

  live: () => answered.length,
})
