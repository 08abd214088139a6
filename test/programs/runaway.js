// Runaway recursions that log on the way, each caught by the application: node <this> <path> <task as JSON>
// `way` is how a line is sent, `rounds` how often. Prints what the application knows as JSON: every line whose call
// returned true, how many calls returned, whether stop said that all is written, and the numbers.

import { openWay } from '../helpers/ways.js'

const [path, text] = process.argv.slice(2)
const task = JSON.parse(text)
const { writer, send, end } = openWay(path, task)
const accepted = []
let returned = 0
let overflows = 0

let number = 0
function recurse() {
  const line = `line ${number++} ${'x'.repeat(number % 90)}`
  const isAccepted = send(line)
  returned++
  if (isAccepted) accepted.push(line)
  if (task.way === 'flush' && returned % 50 === 0) writer.flushSync(60_000)
  recurse()
}

for (let round = 0; round < task.rounds; round++) {
  try {
    recurse()
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    overflows++
  }
  if (round % 5 === 4) await new Promise((resolve) => setImmediate(resolve))
}
const isAllWritten = await end()
const numbers = writer.metrics.getSnapshot()
process.stdout.write(JSON.stringify({ accepted, returned, overflows, isAllWritten, numbers }))
