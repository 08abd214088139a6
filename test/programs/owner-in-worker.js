// A worker thread that owns a writer, sends 2,000 lines and ends: workerData { path, writerType, how }

import { workerData } from 'node:worker_threads'
import { createWriter } from 'choose-l2'
import { lineOf } from '../helpers/numbered-lines.js'

const { path, writerType, thread, how } = workerData
const writer = createWriter(path, { writerType, thread })
for (let n = 0; n < 2000; n++) writer.send(lineOf(0, n))
if (how === 'exit') process.exit(0)
if (how === 'throw') throw new Error('a fault of the application')
if (how === 'stop') await writer.stop()
