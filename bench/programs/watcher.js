// The other thread of programs/freshness.js: reads one byte of the file over and over, until it is the '\n' that is
// expected there. (The size tells nothing: a mapped file is longer than what is in it.)

import { openSync, readSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'

const NEWLINE = 10

const fd = openSync(workerData.path, 'r')
const byte = new Uint8Array(1)
parentPort.on('message', (position) => {
  parentPort.postMessage('looking')
  const end = performance.now() + workerData.patience
  while (performance.now() < end) {
    if (readSync(fd, byte, 0, 1, position) === 1 && byte[0] === NEWLINE) {
      parentPort.postMessage(process.hrtime.bigint())
      return
    }
  }
  parentPort.postMessage(null)
})
parentPort.postMessage('ready')
