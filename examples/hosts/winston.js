// winston with a transport that passes back-pressure on and has every line in the file when it finishes.

import winston from 'winston'
import { ChooseL2Transport } from 'choose-l2/winston'
import { logPath } from '../log-path.js'

const transport = new ChooseL2Transport({ filename: logPath(), rotate: 'day 100MB' })
const logger = winston.createLogger({ transports: [transport] })
logger.info('a line')
logger.warn('another line', { request: 1 })
