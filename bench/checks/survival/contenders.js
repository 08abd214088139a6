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

const pinoDestination = (minLength) => ({
  async open(path, onError) {
    const { default: pino } = await import('pino')
    const stream = pino.destination({ dest: path, sync: false, minLength })
    stream.on('error', onError)
    const logger = pino({}, stream)
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
  'pino.transport pino/file': {
    async open(path, onError) {
      const { default: pino } = await import('pino')
      const stream = pino.transport({ target: 'pino/file', options: { destination: path } })
      stream.on('error', onError)
      const logger = pino({}, stream)
      return (line) => logger.info(line)
    },
  },
  'fs.createWriteStream': {
    async open(path, onError) {
      const stream = createWriteStream(path, { flags: 'a' })
      stream.on('error', onError)
      return (line) => stream.write(`${line}\n`)
    },
  },
  'winston File': {
    async open(path, onError) {
      const { default: winston } = await import('winston')
      const transport = new winston.transports.File({ filename: path })
      const logger = winston.createLogger({ transports: [transport] })
      logger.on('error', onError)
      transport.on('error', onError)
      return (line) => logger.info(line)
    },
  },
  'winston-daily-rotate-file': {
    async open(path, onError) {
      const { default: winston } = await import('winston')
      const { default: DailyRotateFile } = await import('winston-daily-rotate-file')
      const transport = new DailyRotateFile({ filename: basename(path), dirname: dirname(path) })
      const logger = winston.createLogger({ transports: [transport] })
      logger.on('error', onError)
      transport.on('error', onError)
      return (line) => logger.info(line)
    },
  },
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
