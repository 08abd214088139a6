// A program that sends 2,000 lines in one tick and then ends: node program.js <writer type> <end> <path>.

import { createWriter } from '../../../dist/index.js'

const [, , writerType, end, path] = process.argv
const LINES = 2000

const sendAll = () => {
  for (let n = 1; n <= LINES; n++) writer.send(`line ${n}`)
}
const signal = (name) => () => {
  setInterval(() => {}, 1000) // a program that would go on
  sendAll()
  process.kill(process.pid, name)
}

const ends = {
  'only open': () => {}, // the next start of an application that was killed
  return: sendAll,
  'process.exit()': () => {
    sendAll()
    process.exit(0)
  },
  'process.exit(), one tick after createWriter': () => {
    sendAll()
    setImmediate(() => process.exit(0))
  },
  'uncaught exception': () => {
    sendAll()
    throw new Error('on purpose')
  },
  'unhandled rejection': () => {
    sendAll()
    void Promise.reject(new Error('on purpose'))
  },
  SIGTERM: signal('SIGTERM'),
  SIGINT: signal('SIGINT'),
  SIGHUP: signal('SIGHUP'),
  SIGKILL: signal('SIGKILL'),
}

const writer = createWriter(path, { writerType })
if (!end.includes('one tick after')) await writer.flush() // the usual case: the thread runs
ends[end]()
