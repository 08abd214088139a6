// Starts three workers that use the C library and then stay busy; prints the page size each of them found,
// and calls process.exit() while they live. It must end.

import { once } from 'node:events'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { loadLibc } from '../../build/native/libc.js'

if (isMainThread) {
  const workers = [1, 2, 3].map(() => new Worker(new URL(import.meta.url)))
  const sizes = await Promise.all(workers.map((worker) => once(worker, 'message')))
  console.log(sizes.join(' '))
  process.exit()
}

const libc = loadLibc()
for (let i = 0; i < 1000; i++) {
  try {
    libc.allocate(-1, 0, 1)
  } catch (error) {
    if (error.code !== 'EBADF') throw error
  }
}
parentPort.postMessage(libc.pageSize)
setInterval(() => {}, 1000)
