// log4js takes an appender as an object with a function `configure`.

import { callbackify } from 'node:util'
import log4js from 'log4js'
import { createWriter } from 'choose-l2'
import { logPath } from '../log-path.js'

const appender = {
  configure({ path }, layouts) {
    const writer = createWriter(path)
    const append = (event) => writer.send(layouts.messagePassThroughLayout(event))
    append.shutdown = callbackify(() => writer.stop())
    return append
  },
}

log4js.configure({
  appenders: { file: { type: appender, path: logPath() } },
  categories: { default: { appenders: ['file'], level: 'info' } },
})
log4js.getLogger().info('a line')
log4js.getLogger().warn('another line')
log4js.shutdown()
