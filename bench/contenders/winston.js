// winston's File transport, the text as it comes.

import { once } from 'node:events'

export const winston = {
  name: 'winston File',
  kind: 'peer',
  peer: 'winston',
  takes: 'text',
  slow: true,

  async open(path) {
    const { default: winston } = await import('winston')
    const file = new winston.transports.File({ filename: path })
    const format = winston.format.printf(({ message }) => message)
    const logger = winston.createLogger({ format, transports: [file] })
    await once(file, 'open')
    return {
      send: (message) => logger.write({ level: 'info', message }),
      drained: () => once(logger, 'drain'),
      async flushed() {
        const finished = once(file, 'finish')
        logger.end()
        await finished
      },
      close: () => Promise.resolve(),
    }
  },
}
