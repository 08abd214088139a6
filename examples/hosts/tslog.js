// tslog passes each record to a transport.

import { Logger } from 'tslog'
import { createWriter } from 'choose-l2'
import { logPath } from '../log-path.js'

const writer = createWriter(logPath())
const logger = new Logger({ type: 'hidden' })
logger.attachTransport((record) => writer.send(JSON.stringify(record)))
logger.info('a line')
logger.warn('another line')
