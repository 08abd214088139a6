// bunyan writes its lines to a stream.

import bunyan from 'bunyan'
import { createWriteStream } from 'choose-l2/stream'
import { logPath } from '../log-path.js'

const logger = bunyan.createLogger({ name: 'app', streams: [{ stream: createWriteStream(logPath()) }] })
logger.info('a line')
logger.child({ request: 1 }).warn('another line')
