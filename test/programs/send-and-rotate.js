// Sends numbered lines to a log that rotates: node send-and-rotate.js <path> <sender> <rotate as JSON>
// Each line on standard input is a command. 'send 100' sends a hundred lines; 'rotate 100' sends a hundred and rotates
// after half of them. Prints 'sent <n>' when the calls of send up to line n have returned, and 'done <n>' when the nth
// command is complete. With `batchSize: 1` a line is handed over when its call returns. At the end of standard input it
// stops the writer.

import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createWriter } from 'choose-l2'
import { lineOf } from '../helpers/numbered-lines.js'

const LINES_PER_TICK = 8
const [path, sender, rotate] = process.argv.slice(2)
const writer = createWriter(path, { rotate: JSON.parse(rotate), reopen: false, batchSize: 1 })
let next = 0
let commands = 0

for await (const command of createInterface({ input: process.stdin })) {
  const [verb, count] = command.split(' ')
  const end = next + Number(count)
  const half = next + Number(count) / 2
  let rotated = null
  while (next < end) {
    for (let i = 0; i < LINES_PER_TICK && next < end; i++) writer.send(lineOf(Number(sender), next++))
    say(`sent ${next - 1}`)
    if (verb === 'rotate' && next >= half) rotated ??= writer.rotate()
    await nextTurn()
  }
  await rotated
  say(`done ${++commands}`)
}
if (!(await writer.stop(Infinity))) throw new Error('The writer could not write all lines')

/** Synchronous, so that a kill after a call of `send` finds it said. */
function say(text) {
  writeSync(1, `${text}\n`)
}
