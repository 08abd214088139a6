// Sends one numbered line after the other to a log: node keep-sending.js <path> <options as JSON>
// At each line on standard input it flushes and prints 'sent <n>': the lines up to n are in the file. At the end of
// standard input it stops the writer.

import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { createWriter } from 'choose-l2'
import { lineOf } from '../helpers/numbered-lines.js'

const [path, options] = process.argv.slice(2)
const writer = createWriter(path, { batchSize: 1, ...JSON.parse(options) })
let next = 0
const ending = new AbortController()

const input = createInterface({ input: process.stdin })
input.on('line', async () => {
  const last = next - 1
  if (!(await writer.flush())) throw new Error('The lines are not in the file')
  console.log(`sent ${last}`)
})
input.on('close', () => {
  ending.abort()
})

// A few thousand lines a second: enough that logrotate always meets a writer at work.
while (!ending.signal.aborted) {
  for (let i = 0; i < 8; i++) writer.send(lineOf(0, next++))
  await delay(1)
}
if (!(await writer.stop(Infinity))) throw new Error('The writer could not write all lines')
console.log(`ended ${next}`)
