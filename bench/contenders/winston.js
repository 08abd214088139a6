// winston's File transport, the text as it comes.

import { once } from 'node:events'
import { untilFileHas } from './until.js'

export const winston = {
  name: 'winston File',
  kind: 'peer',
  peer: 'winston',
  takes: 'text',
  slow: true,
  note: 'winston: its clock stops when the file has all bytes (looked at every millisecond).',

  async open(path) {
    const { default: winston } = await import('winston')
    const file = new winston.transports.File({ filename: path })
    const format = winston.format.printf(({ message }) => message)
    const logger = winston.createLogger({ format, transports: [file] })
    await once(file, 'open')
    return {
      send: (message) => logger.write({ level: 'info', message }),
      drained: () => once(logger, 'drain'),
      flushed: (bytes) => untilFileHas(path, bytes), // ended with lines on their way, it may throw 'write after end'
      async close() {
        const finished = once(file, 'finish')
        logger.end()
        await finished
      },
    }
  },
}
