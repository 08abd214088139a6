// The classes behind createWriter: a queue first, then a writer on it. Code that has the queue can put lines without
// knowing the writer, and q.stop() followed by join() ends it: everything that was put is written first.

import { readFileSync } from 'node:fs'
import { BlockBufferedWriter, Mode, Q } from 'choose-l2'
import { logPath } from './log-path.js'

const path = logPath()
const q = new Q(10_000)
const writer = new BlockBufferedWriter(q, path, Mode.TRIGGER, { batchSize: 50, flushInterval: 20 })

for (let n = 1; n <= 500; n++) q.put(`put ${n}`, 'block')
writer.send('sent directly, through a lane of its own')

q.stop()
console.log(`all written: ${await writer.join()}`)
console.log(
  `lines in the file: ${readFileSync(path, 'utf8').split('\n').length - 1}, running: ${writer.isRunning}`,
)
