// pino writes to choose-l2 on the thread that logs. Every line is handed over when the log call returns.

import { pino } from 'pino'
import { destination } from 'choose-l2/pino'
import { logPath } from '../log-path.js'

const logger = pino({ base: null, timestamp: false }, destination(logPath(), { rotate: 'day 100MB' }))
logger.info('a line')
logger.child({ request: 1 }).warn('another line')
