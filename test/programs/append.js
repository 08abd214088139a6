// Appends numbered lines to a shared log: node append.js <path> <writerType> <thread> <sender> <lines>
// The queue is small, so that claims often cross the end of the ring.

import { setImmediate as nextTurn } from 'node:timers/promises'
import { createWriter } from 'choose-l2'
import { lineOf } from '../helpers/numbered-lines.js'

const [path, writerType, thread, sender, lines] = process.argv.slice(2)
const writer = createWriter(path, { writerType, thread: thread === 'true', queueBytes: 5000 })
for (let n = 0; n < Number(lines); n++) {
  writer.send(lineOf(Number(sender), n))
  if (n % 500 === 0) await nextTurn()
}
