// Sends 2,000 lines in one tick (none for some ends) and ends as told, or does the same without a writer:
// node end.js <path> <line|block|mmap|none> <thread: true|false> <end>

import { createWriter } from 'choose-l2'
import { lineOf } from '../helpers/numbered-lines.js'

const [path, writerType, thread, end] = process.argv.slice(2)
const writer = writerType === 'none' ? null : createWriter(path, { writerType, thread: thread === 'true' })

const ends = {
  return() {},
  exitCode() {
    process.exitCode = 4
  },
  exit() {
    process.exit(3)
  },
  exitNextTick() {
    process.nextTick(() => process.exit(3))
  },
  exitImmediate() {
    setImmediate(() => process.exit(3))
  },
  exitListener() {
    process.on('exit', () => {
      process.exitCode = 6
    })
  },
  throw() {
    throw new Error('nobody catches this')
  },
  reject() {
    void Promise.reject(new Error('nobody handles this'))
    keepRunning()
  },
  SIGTERM: () => signalSelf('SIGTERM'),
  SIGINT: () => signalSelf('SIGINT'),
  SIGHUP: () => signalSelf('SIGHUP'),
  /** Waits for a signal from outside. */
  wait() {
    process.stdout.write('ready')
    keepRunning()
  },
}

for (let n = 0; n < 2000; n++) writer?.send(lineOf(0, n))
ends[end]()

function signalSelf(signal) {
  process.kill(process.pid, signal)
  keepRunning()
}

function keepRunning() {
  setInterval(() => {}, 1000)
}
