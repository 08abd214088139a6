// A worker thread that sends its numbered lines and tells which of them were accepted.

import { parentPort, workerData } from 'node:worker_threads'
import { attachWriter } from '../../../dist/index.js'
import { sendLines } from './lines.js'

process.removeAllListeners('warning') // the policy warn would fill the screen
const { handle, thread, count } = workerData
const writer = attachWriter(handle)
const accepted = sendLines(writer, thread, count)
writer.detach()
parentPort.postMessage(accepted)
