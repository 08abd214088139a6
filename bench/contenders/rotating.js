// Loggers that rotate at a size: `openRotating(path, limit)` in place of `open`. Archives are compressed with gzip where the
// logger can do that, none is deleted, and `close` is what its documentation says.

import { once } from 'node:events'
import { basename, dirname, join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'

const MOST_FILES = 10_000

const ours = (name, rotate) => ({
  name: `choose-l2 block ${name}`,
  kind: 'ours',
  takes: 'text',
  rotates: rotate !== null,
  async openRotating(path, limit) {
    const { createWriter } = await import('../../dist/index.js')
    const options = rotate === null ? {} : { rotate: { size: limit, keep: Infinity, ...rotate } }
    const writer = createWriter(path, options)
    return {
      send: (line) => writer.send(line),
      flushed: () => writer.flush(600_000),
      close: () => writer.stop(600_000),
    }
  },
})

const pinoRoll = {
  name: 'pino-roll (no gzip)',
  kind: 'peer',
  peer: 'pino-roll',
  takes: 'ended',
  rotates: true,
  slow: true,
  async openRotating(path, limit) {
    const { default: roll } = await import('pino-roll')
    const stream = await roll({ file: path, size: `${limit}b` })
    return {
      send: (line) => stream.write(line),
      drained: () => once(stream, 'drain'),
      async close() {
        const closed = once(stream, 'close')
        stream.end()
        await closed
      },
    }
  },
}

const rotatingFileStream = {
  name: 'rotating-file-stream rotated',
  kind: 'peer',
  peer: 'rotating-file-stream',
  takes: 'ended',
  rotates: true,
  slow: true,
  async openRotating(path, limit) {
    const { createStream } = await import('rotating-file-stream')
    const stream = createStream(basename(path), { path: dirname(path), size: `${limit}B`, compress: 'gzip' })
    await once(stream, 'open')
    return {
      send: (line) => stream.write(line),
      drained: () => once(stream, 'drain'),
      async close() {
        const finished = once(stream, 'finish')
        stream.end()
        await finished
      },
    }
  },
}

const winstonDaily = {
  name: 'winston-daily-rotate-file',
  kind: 'peer',
  peer: 'winston-daily-rotate-file',
  takes: 'text',
  rotates: true,
  slow: true,
  async openRotating(path, limit) {
    const { default: winston } = await import('winston')
    const { default: DailyRotateFile } = await import('winston-daily-rotate-file')
    const file = new DailyRotateFile({
      dirname: dirname(path),
      filename: `${basename(path)}-%DATE%`,
      maxSize: limit,
      zippedArchive: true,
      auditFile: join(dirname(path), 'audit.json'),
    })
    const format = winston.format.printf(({ message }) => message)
    const logger = winston.createLogger({ format, transports: [file] })
    return {
      send: (message) => logger.write({ level: 'info', message }),
      drained: () => once(logger, 'drain'),
      async close() {
        const finished = once(file, 'finish')
        logger.end()
        await finished
      },
    }
  },
}

const log4js = {
  name: 'log4js file rotated',
  kind: 'peer',
  peer: 'log4js',
  takes: 'text',
  rotates: true,
  slow: true,
  async openRotating(path, limit) {
    const { default: log4js } = await import('log4js')
    const layout = { type: 'messagePassThrough' }
    const file = {
      type: 'file',
      filename: path,
      layout,
      maxLogSize: limit,
      backups: MOST_FILES,
      compress: true,
    }
    log4js.configure({
      appenders: { file },
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
      close: () => new Promise((resolve) => log4js.shutdown(resolve)),
    }
  },
}

export const rotating = [
  ours('without rotation', null),
  ours('with rotation', {}),
  ours('with rotation and gzip', { compress: 'gzip' }),
  pinoRoll,
  rotatingFileStream,
  winstonDaily,
  log4js,
]
