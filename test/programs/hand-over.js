// A thread that hands over lines and waits for the end.

import { parentPort, workerData } from 'node:worker_threads'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { attachWriter } from 'choose-l2'
import { lineOf } from '../helpers/numbered-lines.js'

const { handle, sender, lines } = workerData
const writer = attachWriter(handle)
for (let n = 0; n < lines; n++) writer.send(lineOf(sender, n))
await nextTurn()
parentPort.postMessage('handed over')
parentPort.on('message', () => {}) // stays
