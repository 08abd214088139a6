// pino's own destinations, fed with ready lines, as pino feeds them.

import { once } from 'node:events'
import { sonicLogger } from './sonic-boom.js'
import { keepAlive, untilFileHas } from './until.js'

/** minLength 4096 is what pino's page on asynchronous logging tells to set. */
const destination = (name, options) => ({
  name,
  kind: 'peer',
  peer: 'pino',
  takes: 'ended',

  async open(path) {
    const { default: pino } = await import('pino')
    const stream = pino.destination({ dest: path, ...options })
    await once(stream, 'ready')
    return sonicLogger(stream)
  },
})

const transport = {
  name: 'pino.transport pino/file',
  kind: 'peer',
  peer: 'pino',
  takes: 'ended',
  note: 'pino.transport: its clock stops when the file has all bytes (looked at every millisecond).',

  async open(path) {
    const { default: pino } = await import('pino')
    const stream = pino.transport({ target: 'pino/file', options: { destination: path } })
    await keepAlive(once(stream, 'ready'))
    return {
      send: (line) => stream.write(line),
      async drained() {
        if (stream.writableNeedDrain) await keepAlive(once(stream, 'drain'))
      },
      flushed: (bytes) => untilFileHas(path, bytes), // it writes all it has by itself
      async close() {
        const closed = keepAlive(once(stream, 'close'))
        stream.end()
        await closed
      },
      stream: () => stream,
    }
  },
}

export const pinos = [
  destination('pino.destination async', { sync: false, minLength: 4096 }),
  destination('pino.destination', {}),
  transport,
]
