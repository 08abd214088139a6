// Logs 100 lines through a host and ends as it is told: node hosted.js HOST PATH exit|SIGTERM|SIGKILL|throw

import { argv, exit, kill, pid } from 'node:process'

const LINES = 100
const [host, path, end] = argv.slice(2)

const loggers = {
  async console() {
    const { createWriteStream } = await import('choose-l2/stream')
    const logger = new console.Console(createWriteStream(path))
    return (n) => logger.log(`line ${n}`)
  },
  async pino() {
    const { destination } = await import('choose-l2/pino')
    const { pino } = await import('pino')
    const logger = pino({}, destination(path))
    return (n) => logger.info(`line ${n}`)
  },
  async winston() {
    const { ChooseL2Transport } = await import('choose-l2/winston')
    const { default: winston } = await import('winston')
    const logger = winston.createLogger({ transports: [new ChooseL2Transport({ filename: path })] })
    return (n) => logger.info(`line ${n}`)
  },
}

const log = await loggers[host]()
for (let n = 1; n <= LINES; n++) log(n)
if (end === 'exit') exit(0)
if (end === 'throw') throw new Error('on purpose')
await new Promise(setImmediate) // what a tick sends beyond its eighth line is handed over at its end
kill(pid, end)
setInterval(() => {}, 1000)
