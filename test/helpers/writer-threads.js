// Finds the threads that writers start, so that a test can end them.

import { Doorbell } from '../../build/queue/doorbell.js'
import { currentThread, isThreadAlive } from '../../build/drain/identity.js'
import { until } from './until.js'

/** Collects the writer threads started from now on; `next()` resolves to the next one. */
export function watchWriterThreads(t) {
  const threads = []
  const waiting = []
  const onWorker = (worker) => {
    threads.push(worker)
    waiting.shift()?.(worker)
  }
  process.on('worker', onWorker)
  // Writers and their threads keep nothing alive; a test that waits for their events has to.
  const alive = setInterval(() => {}, 1000)
  t.after(() => {
    process.off('worker', onWorker)
    clearInterval(alive)
  })
  return { threads, next: () => new Promise((resolve) => waiting.push(resolve)) }
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
