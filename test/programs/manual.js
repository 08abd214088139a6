// Sends 2,000 lines in mode 'manual' and ends: node manual.js <path> <writerType> <thread>

import { createWriter } from 'choose-l2'
import { lineOf } from '../helpers/numbered-lines.js'

const [path, writerType, thread] = process.argv.slice(2)
const writer = createWriter(path, { mode: 'manual', writerType, thread: thread === 'true' })
for (let n = 0; n < 2000; n++) writer.send(lineOf(0, n))
