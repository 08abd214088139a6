// Adds a handler for SIGTERM and, in the same tick, waits for room until somebody reads the FIFO:
// node handler-before-wait.js <fifo>

import { writeSync } from 'node:fs'
import { createWriter } from 'choose-l2'
import { lineOf } from '../helpers/numbered-lines.js'

const writer = createWriter(process.argv[2], { queueSize: 100 })
await writer.flush() // signals are watched by now, in a tick of its own
process.on('SIGTERM', () => process.exit(7))
writeSync(1, 'sending')
for (let n = 0; n < 20_000; n++) writer.send(lineOf(0, n)) // many times what a pipe holds
setInterval(() => {}, 1000)
