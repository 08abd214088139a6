// A worker thread that sends numbered lines of 1 KB through the handle, from `first` on, and tells what was accepted
// when all of it is handed over: at the end of the tick.

import { parentPort, workerData } from 'node:worker_threads'
import { attachWriter } from 'choose-l2'
import { longLine } from '../helpers/long-lines.js'

const { handle, first, count } = workerData
const writer = attachWriter(handle)
let accepted = 0
for (let n = first; n < first + count; n++) if (writer.send(longLine(n))) accepted++
setImmediate(() => parentPort.postMessage(accepted))
