// One run: several threads send to one file for some seconds, each its own lines. Ours hand their lines to the one
// writer; peers open the file once in each thread, to append. Until the last line is in the file; each thread's own
// number of lines shows whether one starved.

import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { cpuSeconds } from '../shared/resources.js'
import { linesOfThread } from '../shared/lines.js'
import { verifyThreads } from '../shared/verify.js'
import { answer, contender, expectAccounts, task } from './task.js'

const { path, threads, seconds } = task
/** What the threads wait for: [go, stop]. */
const signals = new Int32Array(new SharedArrayBuffer(8))

const logger = contender.attach === undefined ? null : await contender.open(path)
const workers = Array.from({ length: threads }, (_, thread) => {
  const workerData = { contender: contender.name, path, thread, signals, handle: logger?.handle }
  return new Worker(new URL('producer.js', import.meta.url), { workerData })
})
for (const worker of workers) worker.on('error', fail)
await Promise.all(workers.map((worker) => once(worker, 'message'))) // they are ready

const answers = workers.map((worker) => once(worker, 'message'))
const cpu = cpuSeconds()
const start = performance.now()
tell(0)
await delay(seconds * 1000)
tell(1)
const counts = (await Promise.all(answers)).map(([count]) => count)
const took = (performance.now() - start) / 1000
const used = cpuSeconds() - cpu
for (const worker of workers) worker.postMessage('close')
await Promise.all(workers.map((worker) => once(worker, 'exit')))

const total = counts.reduce((sum, count) => sum + count, 0)
await logger?.close()
if (logger !== null) expectAccounts(logger, total)
const expected = workers.map((_, thread) => expectedOf(thread))
verifyThreads(path, expected, counts)
answer({
  linesPerSecond: total / took,
  slowestThread: Math.min(...counts) / took,
  fastestThread: Math.max(...counts) / took,
  leastShare: (Math.min(...counts) / total) * threads,
  cpuSecondsPerMillion: (used / total) * 1e6,
})

function tell(signal) {
  Atomics.store(signals, signal, 1) // observed by every producer, which waits for the first and looks at the second
  Atomics.notify(signals, signal)
}

function expectedOf(thread) {
  const { ended } = linesOfThread(thread)
  const key = `{"thread":${thread},`
  return { key, length: ended[0].length, cycle: ended.map((line) => Buffer.from(line)) }
}

function fail(error) {
  console.error(error)
  process.exit(1)
}
