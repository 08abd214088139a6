// A worker thread of the program under test.

import { parentPort, workerData } from 'node:worker_threads'
import { attachWriter } from 'choose-l2'
import { sendLines } from './sending.js'

const { handle, task } = workerData
let isOver = false
parentPort.on('message', () => {
  isOver = true
})
const writer = attachWriter(handle)
parentPort.postMessage('attached')
await sendLines(writer, task, () => isOver)
writer.detach()
parentPort.close()
