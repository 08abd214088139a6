// Waits for room until somebody reads the FIFO: the event loop cannot turn. Before, it gets SIGTERM, or waits for one
// from outside: node signal-before-wait.js <fifo> <before|during>

import { writeSync } from 'node:fs'
import { createWriter } from 'choose-l2'
import { lineOf } from '../helpers/numbered-lines.js'

const [path, when] = process.argv.slice(2)
const writer = createWriter(path, { queueSize: 100, exitTimeout: 600_000 })
if (when === 'before') process.kill(process.pid, 'SIGTERM')
writeSync(1, 'sending\n')
for (let n = 0; ; n++) {
  writer.send(lineOf(0, n)) // many times what a pipe holds
  writeSync(1, `${n + 1}\n`)
}
