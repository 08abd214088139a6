// Programs with an unusual end: node ends.js <which> <path> <writer type> [queue folder]

import { createWriter } from 'choose-l2'
import { lineOf } from '../helpers/numbered-lines.js'

const [which, path, writerType, queueDir] = process.argv.slice(2)

const programs = {
  'left-alone'() {
    fill(open(path, { handleSignals: false, batchSize: 1 }))
    wait()
  },
  mixed() {
    fill(open(path, { handleSignals: false }))
    fill(open(`${path}.2`))
    wait()
  },
  flush: () => leaveDuring((writer) => writer.flush()),
  sync: () => leaveDuring((writer) => writer.sync()),
  trigger: () => leaveDuring((writer) => writer.trigger()),
  flushSync: () => leaveDuring((writer) => writer.flushSync()),
  many() {
    for (let n = 0; n < 50; n++) fill(open(`${path}.${n}`), 100)
    process.exit(3)
  },
  full() {
    const writer = open(path, { exitTimeout: 20, queueDir })
    writer.on('error', () => {})
    fill(writer)
    process.exit(3)
  },
}

programs[which]()

function open(file, options = {}) {
  return createWriter(file, { writerType, ...options })
}

function fill(writer, lines = 2000) {
  for (let n = 0; n < lines; n++) writer.send(lineOf(0, n))
}

function leaveDuring(call) {
  const writer = open(path)
  fill(writer)
  void call(writer)
  process.exit(3)
}

function wait() {
  process.stdout.write(`handlers ${process.listenerCount('SIGTERM')}\nready`)
  setInterval(() => {}, 1000)
}
