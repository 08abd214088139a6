// The queue on its own: a bounded queue of lines between threads. A worker puts, the main thread gets; get() waits
// for a line, throws QEmpty when its time limit passes, and returns null after stop() when nothing is left.

import { isMainThread, Worker, workerData } from 'node:worker_threads'
import { Q, QEmpty } from 'choose-l2'

if (isMainThread) {
  const q = new Q(100) // at most 100 lines wait for each thread that puts
  try {
    q.get(10)
  } catch (error) {
    if (!(error instanceof QEmpty)) throw error
    console.log(`nothing there yet: ${error.message}`)
  }

  q.put('from the main thread')
  console.log(`hasData: ${q.hasData()}, qsize: ${q.qsize()}, drain: ${JSON.stringify(q.drain())}`)

  new Worker(new URL(import.meta.url), { workerData: q.handle })
  let lines = 0
  let last = ''
  for (let line = q.get(); line !== null; line = q.get()) {
    lines++
    last = line
  }
  console.log(`${lines} lines came from the worker, the last was '${last}'; stopped: ${q.stopped}`)
} else {
  const q = Q.open(workerData)
  for (let n = 1; n <= 1000; n++) q.put(`job ${n}`, 'block') // waits while 100 lines are waiting
  q.stop()
}
