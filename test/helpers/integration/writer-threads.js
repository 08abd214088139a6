// Finds the threads that writers start, so that a test can end them.

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
