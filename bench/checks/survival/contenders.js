// What is compared: our three writers with and without crash safety, and the peers as their own documentation sets
// them up. Each has `open(path)`, which resolves to a function that logs one line and, where there is one, `errors`.

import { createWriteStream } from 'node:fs'
import { basename, dirname } from 'node:path'

const ours = (writerType, crashSafe) => ({
  async open(path, onError) {
    const { createWriter } = await import('../../../dist/index.js')
    const writer = createWriter(path, { writerType, crashSafe, exitTimeout: 2000 })
    writer.on('error', onError)
    return (line) => writer.send(line)
  },
  recover: crashSafe === undefined,
})

/** `streamTo(pino, path)` makes the stream that it writes to. */
const pinoInto = (streamTo) => ({
  async open(path, onError) {
    const { default: pino } = await import('pino')
    const stream = streamTo(pino, path)
    stream.on('error', onError)
    const logger = pino({}, stream)
    return (line) => logger.info(line)
  },
})

const pinoDestination = (minLength) =>
  pinoInto((pino, dest) => pino.destination({ dest, sync: false, minLength }))

/** `transportTo(winston, path)` makes its one transport. */
const winstonInto = (transportTo) => ({
  async open(path, onError) {
    const { default: winston } = await import('winston')
    const transport = await transportTo(winston, path)
    const logger = winston.createLogger({ transports: [transport] })
    logger.on('error', onError)
    transport.on('error', onError)
    return (line) => logger.info(line)
  },
})

/** By the name in the table. `recover`: what a kill leaves is put into the log by the next start. */
export const contenders = {
  'choose-l2 line': ours('line'),
  'choose-l2 block': ours('block'),
  'choose-l2 mmap': ours('mmap'),
  'choose-l2 line, crashSafe: false': ours('line', false),
  'choose-l2 block, crashSafe: false': ours('block', false),
  'choose-l2 mmap, crashSafe: false': ours('mmap', false),
  'pino.destination async': pinoDestination(0),
  'pino.destination async, minLength 4096': pinoDestination(4096),
  'pino.transport pino/file': pinoInto((pino, destination) =>
    pino.transport({ target: 'pino/file', options: { destination } }),
  ),
  'fs.createWriteStream': {
    async open(path, onError) {
      const stream = createWriteStream(path, { flags: 'a' })
      stream.on('error', onError)
      return (line) => stream.write(`${line}\n`)
    },
  },
  'winston File': winstonInto((winston, filename) => new winston.transports.File({ filename })),
  'winston-daily-rotate-file': winstonInto(async (_winston, path) => {
    const { default: DailyRotateFile } = await import('winston-daily-rotate-file')
    return new DailyRotateFile({ filename: basename(path), dirname: dirname(path) })
  }),
  'rotating-file-stream': {
    async open(path, onError) {
      const { createStream } = await import('rotating-file-stream')
      const stream = createStream(basename(path), { path: dirname(path), size: '10M' })
      stream.on('error', onError)
      return (line) => stream.write(`${line}\n`)
    },
  },
  'log4js file': {
    async open(path, onError) {
      const { default: log4js } = await import('log4js')
      process.on('log4js:error', onError)
      log4js.configure({
        appenders: { file: { type: 'file', filename: path } },
        categories: { default: { appenders: ['file'], level: 'info' } },
      })
      const logger = log4js.getLogger()
      return (line) => logger.info(line)
    },
  },
  bunyan: {
    async open(path, onError) {
      const { default: bunyan } = await import('bunyan')
      const logger = bunyan.createLogger({ name: 'app', streams: [{ path }] })
      logger.on('error', onError)
      return (line) => logger.info(line)
    },
  },
  'tslog file': {
    async open(path, onError) {
      const { Logger } = await import('tslog')
      const { fileTransport } = await import('tslog/transports/file')
      const logger = new Logger({ type: 'hidden' })
      logger.attachTransport(fileTransport({ path, onError }))
      return (line) => logger.info(line)
    },
  },
}
