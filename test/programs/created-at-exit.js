// A logger that is created on first use, which is while the process exits: node created-at-exit.js <path>
// <writer type> <when>. Says what it sees.

import { readFileSync, readdirSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { isMainThread, workerData } from 'node:worker_threads'
import { createWriter } from 'choose-l2'
import { lineOf } from '../helpers/numbered-lines.js'

const [path, writerType, when] = isMainThread ? process.argv.slice(2) : workerData

const say = () => {
  const threads = readdirSync('/proc/self/task').length
  const writer = createWriter(path, { writerType })
  const isWrittenAtOnce = []
  for (let n = 0; n < 250; n++) {
    writer.send(lineOf(0, n))
    isWrittenAtOnce.push(readFileSync(path, 'utf8').endsWith(`${lineOf(0, n)}\n`))
  }
  const { enqueued, written, dropped, pending } = writer.metrics.getSnapshot()
  if (!isMainThread) return
  const report = {
    isWrittenAtOnce: isWrittenAtOnce.every(Boolean),
    // The thread of a writer before may be ending.
    threadsStarted: Math.max(0, readdirSync('/proc/self/task').length - threads),
    files: readdirSync(dirname(path)),
    numbers: [enqueued, written, dropped, pending],
    stopped: writer.stopSync(),
  }
  writeSync(1, JSON.stringify(report))
}

if (when === 'exit') process.on('exit', say)
if (when === 'exitCall') {
  process.on('exit', say)
  process.exit(0)
}
if (when === 'throw') {
  process.on('exit', say)
  throw new Error('nobody catches this')
}
if (when === 'afterAnother') {
  const first = createWriter(`${path}.first`)
  first.send('first')
  process.on('exit', say) // runs after the writer's own
}
if (when === 'beforeExit') {
  process.once('beforeExit', () => {
    const writer = createWriter(path, { writerType })
    for (let n = 0; n < 250; n++) writer.send(lineOf(0, n))
  })
}
