// The program under test, one life of it: opens the log (which recovers what the life before left), sends from one
// to four threads, and is killed. It says each step on standard output; whatever it says on standard error, and
// every end that is not the kill, is a fault.

import { once } from 'node:events'
import { writeSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { createWriter } from 'choose-l2'
import { dropMarker } from '../../helpers/crash-lines.js'
import { randomFrom } from '../../helpers/random.js'
import { sendLines } from './sending.js'

const task = JSON.parse(process.argv[2])
const { path, options, life, seed, threads, end } = task
const LONG_MS = 600_000
const random = randomFrom(seed + life)
const say = (word) => writeSync(1, `${word}\n`)

const senders = new Set()
let writerThread = null
process.on('worker', (worker) => {
  if (!senders.has(worker)) writerThread = worker
})

say('starting')
const writer = createWriter(path, options.policy === 'drop_oldest' ? { ...options, dropMarker } : options)
if (!writer.crashSafe) throw new Error(`no crash safety: ${writer.notCrashSafeBecause}`)
writer.on('error', (error) => {
  if (error.code !== 'ERR_THREAD_DIED') throw error
})
writer.on('recovered', ({ queues }) => {
  for (const { outcome, reason } of queues) {
    if (outcome !== 'recovered') throw new Error(`a queue was ${outcome}: ${reason}`)
  }
})

if (end === 'finish') {
  if (!(await writer.stop(120_000))) throw new Error('the writer did not stop')
} else {
  await live()
}

async function live() {
  const file = new URL('./sending-thread.js', import.meta.url)
  const workers = Array.from({ length: threads - 1 }, (_, n) => {
    const worker = new Worker(file, { workerData: { handle: writer.handle, task: sendingTask(n + 1) } })
    senders.add(worker)
    return worker
  })
  await Promise.all(workers.map((worker) => once(worker, 'message')))
  let isOver = false
  const sending = sendLines(writer, sendingTask(0), () => isOver)
  say('running')
  if (end === 'thread') await endThreads(workers)
  if (end === 'stop') {
    await delay(random.integer(0, 30))
    const ended = workers.map((worker) => once(worker, 'exit'))
    for (const worker of workers) worker.postMessage('stop')
    isOver = true
    await Promise.all([sending, ...ended])
    say('stopping')
    await writer.stop(120_000)
    say('stopped')
    await delay(LONG_MS) // to be killed
  }
  await sending
}

/** The writer thread dies again and again, until the caller's thread drains; now and then a sender dies too. */
async function endThreads(workers) {
  while (writerThread !== null) {
    await delay(random.integer(0, 10))
    const worker = writerThread
    writerThread = null
    await worker.terminate()
    if (workers.length > 0 && random.next() < 0.2) await workers.pop().terminate()
    await delay(1) // the next thread is announced by then
  }
}

function sendingTask(thread) {
  const { ledgers } = task
  return { life, thread, seed, ledgers, batchSize: options.batchSize, policy: options.policy }
}
