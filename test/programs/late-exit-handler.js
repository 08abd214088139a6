// Sends 2,000 lines, and more of them from an 'exit' handler that runs after the writer's own, by every call there is:
// node late-exit-handler.js <path> <writer type> <thread> <crash safe>

import { writeSync } from 'node:fs'
import { isMainThread, workerData } from 'node:worker_threads'
import { createWriter } from 'choose-l2'
import { lineOf } from '../helpers/numbered-lines.js'

const [path, writerType, thread, crashSafe] = isMainThread ? process.argv.slice(2) : workerData
const options = crashSafe === 'false' ? { crashSafe: false } : {}
const writer = createWriter(path, { writerType, thread: thread === 'true', ...options })
process.on('exit', () => {
  const answers = [writer.send(lineOf(0, 2000)), writer.send(Buffer.from(lineOf(0, 2001)))]
  answers.push(writer.sendLines(Buffer.from(`${lineOf(0, 2002)}\n${lineOf(0, 2003)}\n`)))
  void writer.sendAsync(lineOf(0, 2004))
  const { enqueued, written, dropped, pending } = writer.metrics.getSnapshot()
  if (isMainThread) writeSync(1, JSON.stringify({ answers, enqueued, written, dropped, pending }))
})
for (let n = 0; n < 2000; n++) writer.send(lineOf(0, n))
