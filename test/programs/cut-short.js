// Scripts with a time limit that log on the way. The limit ends them anywhere, and runs no `finally`:
// node <this> <path> <task as JSON>. Prints as JSON every line whose call returned true to the application, and the
// numbers after stop.

import vm from 'node:vm'
import { openWay } from '../helpers/ways.js'

const [path, text] = process.argv.slice(2)
const task = JSON.parse(text)
const { writer, send, end } = openWay(path, task)
const accepted = []

let number = 0
function log() {
  const line = `line ${number++} ${'x'.repeat(number % 90)}`
  if (send(line)) accepted.push(line)
  if (task.way === 'flush' && number % 20 === 0) writer.flushSync(60_000)
}

const context = vm.createContext({ log })
let cut = 0
for (let round = 0; round < task.rounds; round++) {
  try {
    vm.runInContext('for (;;) log()', context, { timeout: 1 + (round % 7) })
  } catch (error) {
    if (error.code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error
    cut++
  }
  if (round % 5 === 4) await new Promise((resolve) => setImmediate(resolve))
}
const isAllWritten = await end()
const numbers = writer.metrics.getSnapshot()
process.stdout.write(JSON.stringify({ accepted, sent: number, cut, isAllWritten, numbers }))
