// log4js' file appender, the text as it comes. It has one back-pressure: an event of the process.

import { setImmediate as nextTurn } from 'node:timers/promises'

export const log4js = {
  name: 'log4js file',
  kind: 'peer',
  peer: 'log4js',
  takes: 'text',
  slow: true,

  async open(path) {
    const { default: log4js } = await import('log4js')
    log4js.configure({
      appenders: { file: { type: 'file', filename: path, layout: { type: 'messagePassThrough' } } },
      categories: { default: { appenders: ['file'], level: 'info' } },
    })
    const logger = log4js.getLogger()
    const state = { isPaused: false }
    process.on('log4js:pause', (value) => {
      state.isPaused = value
    })
    return {
      send(line) {
        logger.info(line)
        return !state.isPaused
      },
      async drained() {
        while (state.isPaused) await nextTurn()
      },
      flushed: () =>
        new Promise((resolve, reject) => {
          log4js.shutdown((error) => (error ? reject(error) : resolve()))
        }),
      close: () => Promise.resolve(),
    }
  },
}
