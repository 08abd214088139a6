// LogTape: a sink is a function.

import { configure, dispose, getLogger, jsonLinesFormatter } from '@logtape/logtape'
import { createWriter } from 'choose-l2'
import { logPath } from '../log-path.js'

const writer = createWriter(logPath())
const sink = (record) => writer.send(jsonLinesFormatter(record).trimEnd())
sink[Symbol.asyncDispose] = () => writer.stop()

await configure({
  sinks: { file: sink },
  loggers: [
    { category: 'app', sinks: ['file'], lowestLevel: 'info' },
    { category: ['logtape', 'meta'], sinks: [] },
  ],
})
getLogger('app').info('a line')
getLogger('app').warn('another line')
await dispose()
