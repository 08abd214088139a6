// Several threads, one log: the handle of a writer can be posted to any worker thread. Every thread sends into a
// ring of its own, so they never wait for each other, and its lines keep their order in the file.

import { readFileSync } from 'node:fs'
import { once } from 'node:events'
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import { attachWriter, createWriter } from 'choose-l2'
import { logPath } from './log-path.js'

const WORKERS = 4
const LINES = 1000

if (isMainThread) {
  const path = logPath()
  const writer = createWriter(path)
  const ends = []
  for (let name = 1; name <= WORKERS; name++) {
    const worker = new Worker(new URL(import.meta.url), { workerData: { handle: writer.handle, name } })
    ends.push(once(worker, 'exit'))
  }
  writer.send('all workers started')
  await Promise.all(ends)
  await writer.stop()

  const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
  console.log(`${lines.length} lines from ${WORKERS} workers and the main thread`)
  for (let name = 1; name <= WORKERS; name++) {
    const numbers = lines
      .filter((line) => line.startsWith(`worker ${name} `))
      .map((line) => line.split(' ')[3])
    const inOrder = numbers.every((number, index) => Number(number) === index + 1)
    console.log(`worker ${name}: ${numbers.length} lines, in order: ${inOrder}`)
  }
} else {
  const { handle, name } = workerData
  const writer = attachWriter(handle)
  for (let n = 1; n <= LINES; n++) writer.send(`worker ${name} line ${n}`)
  writer.detach() // happens by itself when the thread ends
}
