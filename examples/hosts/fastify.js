// fastify logs with pino: its logger writes to choose-l2. Late log calls, after close(), do no harm.

import fastify from 'fastify'
import { destination } from 'choose-l2/pino'
import { logPath } from '../log-path.js'

const stream = destination(logPath())
const app = fastify({ logger: { base: null, timestamp: false, stream } })
app.addHook('onClose', () => stream.writer.stop())
app.get('/', (request) => {
  request.log.info('a line of the application')
  return 'hello'
})

console.log((await app.inject('/')).body)
await app.close()
