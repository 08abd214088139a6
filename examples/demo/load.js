// The load generator of the demo, a process of its own, so that it does not share the server's event loop.

import autocannon from 'autocannon'
import { answerWith } from './process.js'

const CONNECTIONS = 50
/** autocannon looks at the clock at each sample: this is how exactly a phase ends. */
const SAMPLE_MS = 100

answerWith({
  async run({ port, seconds }) {
    const result = await autocannon({
      url: `http://127.0.0.1:${port}`,
      connections: CONNECTIONS,
      duration: seconds,
      sampleInt: SAMPLE_MS,
      headers: { 'user-agent': 'autocannon' },
      requests: [
        { path: '/' },
        { path: '/orders/17' },
        { path: '/search?q=log' },
        { path: '/users/42/avatar' },
      ],
    })
    return {
      answered: result['2xx'],
      failed: result.non2xx + result.errors + result.timeouts,
      p50: result.latency.p50,
      p99: result.latency.p99,
    }
  },
})
