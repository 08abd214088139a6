// A program that is killed with SIGKILL, which nothing can catch, while its lines still wait: they lie in a file
// beside the log. The next writer that opens the log puts them into it by itself; here recover() does, without one.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createWriter, recover } from 'choose-l2'
import { logPath } from './log-path.js'

const ROLE = 'to be killed'
const [, file, path, role] = process.argv
if (role === ROLE) logAndDie(path)
else await killAndRecover(logPath())

/** The program itself: nothing of what it sends is written, as nobody triggers. */
function logAndDie(log) {
  const writer = createWriter(log, { mode: 'manual', crashSafe: true }) // true = throws where it is not supported
  for (let n = 1; n <= 1000; n++) writer.send(`order ${n}`)
  setImmediate(() => process.kill(process.pid, 'SIGKILL')) // a burst is handed over when the tick ends
}

async function killAndRecover(log) {
  const linesInFile = () => readFileSync(log, 'utf8').split('\n').length - 1
  const [, signal] = await once(fork(file, [log, ROLE]), 'exit')
  console.log(`ended by ${signal}; lines in the log: ${linesInFile()}`)

  for (const { lines } of recover(log, { dryRun: true }))
    console.log(`waiting in a queue file: ${lines} lines`)
  for (const { lines, outcome } of recover(log)) console.log(`${outcome}: ${lines} lines`)
  console.log(`lines in the log: ${linesInFile()}; queue files left: ${recover(log).length}`)
}
