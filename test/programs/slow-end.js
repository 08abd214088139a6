// Writes to standard output, which is read slowly, and ends: node slow-end.js <how> <time limit> <lines>. Descriptor 3
// says how many lines were accepted so far.

import { writeSync } from 'node:fs'
import { createWriter } from 'choose-l2'
import { lineOf } from '../helpers/numbered-lines.js'

const [how, ...numbers] = process.argv.slice(2)
const [limit, lines] = numbers.map(Number)
const writer = createWriter(1, {
  queueSize: how === 'blockedSend' ? lines : 0,
  exitTimeout: limit,
})
writer.on('error', () => {})

if (how === 'blockedSend') {
  for (let n = 0; ; n++) {
    writer.send(lineOf(0, n))
    if (n % 500 === 499) writeSync(3, `${n + 1}\n`)
  }
}
for (let n = 0; n < lines; n++) writer.send(lineOf(0, n))
writeSync(3, `${lines}\n`)
if (how === 'exit') process.exit(0)
if (how === 'stopSync') writer.stopSync(limit)
if (how === 'stop') await writer.stop(limit)
if (how === 'signal') setInterval(() => {}, 1000)
