// Finds the threads that writers start, so that a test can end them.

import { Doorbell } from '../../build/queue/doorbell.js'
import { currentThread, isThreadAlive } from '../../build/drain/identity.js'
import { until } from './until.js'

/** A thread outlives its last writer for a moment, and is used again. */
const running = new Set()
process.on('worker', (worker) => {
  running.add(worker)
  worker.once('exit', () => running.delete(worker))
})

/** Collects the writer threads, those that run and those started from now on; `next()` resolves to one after the other. */
export function watchWriterThreads(t) {
  const threads = [...running]
  const notAskedFor = [...running]
  const waiting = []
  const onWorker = (worker) => {
    threads.push(worker)
    if (waiting.length > 0) waiting.shift()(worker)
    else notAskedFor.push(worker)
  }
  process.on('worker', onWorker)
  // Writers and their threads keep nothing alive; a test that waits for their events has to.
  const alive = setInterval(() => {}, 1000)
  t.after(() => {
    process.off('worker', onWorker)
    clearInterval(alive)
  })
  const next = async () => notAskedFor.shift() ?? new Promise((resolve) => waiting.push(resolve))
  return { threads, next }
}

/** Resolves once no thread is left of earlier writers: the next one starts a thread. */
export function noThread() {
  return until(() => running.size === 0)
}

/**
 * Resolves once the writer's own thread has written. Before, it loads koffi, which ends the process if its thread is
 * terminated at that moment.
 */
export async function atWork(writer) {
  const doorbell = new Doorbell(writer.handle.bell)
  const isAtWork = (thread) => thread !== 0 && thread !== currentThread && isThreadAlive(thread)
  await until(() => isAtWork(doorbell.roleHolder))
  await writer.flush(Infinity)
}
