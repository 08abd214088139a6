// The ends of a process: 2,000 lines sent in one tick, then the process ends in one of nine ways. How many of the
// lines are in the file, and did the process end as it would have without a log? Exits 1 if a line is missing in any
// row but SIGKILL, and there too after the next start.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runProgram } from '../shared/run-program.js'
import { scratchFolder } from '../shared/scratch.js'
import { printTable, whole } from '../shared/table.js'

const LINES = 2000
const writerTypes = ['line', 'block', 'mmap']
/** Each end, and how the process must end. */
const ends = {
  return: 'code 0',
  'process.exit()': 'code 0',
  'process.exit(), one tick after createWriter': 'code 0',
  'uncaught exception': 'code 1',
  'unhandled rejection': 'code 1',
  SIGTERM: 'SIGTERM',
  SIGINT: 'SIGINT',
  SIGHUP: 'SIGHUP',
  SIGKILL: 'SIGKILL',
}

const folder = scratchFolder()
const program = fileURLToPath(new URL('ends/program.js', import.meta.url))
const rows = []
let wrong = 0

for (const [end, expected] of Object.entries(ends)) {
  const results = []
  for (const writerType of writerTypes) {
    const path = logOf(writerType, end)
    const result = await runProgram(program, [writerType, end, path])
    results.push({ lines: linesIn(path), end: result.end })
    if (result.end !== expected || (results.at(-1).lines !== LINES && end !== 'SIGKILL')) wrong++
  }
  addRow(end, results)
}

// All 2,000 were handed over, as they are whole batches: what is missing waits in the queue's file.
const restarted = []
for (const writerType of writerTypes) {
  const path = logOf(writerType, 'SIGKILL')
  const { end } = await runProgram(program, [writerType, 'only open', path])
  restarted.push({ lines: linesIn(path), end })
  if (restarted.at(-1).lines !== LINES) wrong++
}
addRow('SIGKILL, after the next start', restarted)

console.log(`Lines in the file of ${whole(LINES)} sent in one tick, then the process ends:\n`)
printTable([['', ...writerTypes, 'ended with'], ...rows])
console.log(wrong === 0 ? '\nAll there.' : `\n${wrong} cells are wrong.`)
process.exitCode = wrong === 0 ? 0 : 1

function logOf(writerType, end) {
  return join(folder, `${writerType}-${Object.keys(ends).indexOf(end)}.log`)
}

function addRow(name, results) {
  const ways = new Set(results.map(({ end }) => end))
  rows.push([name, ...results.map(({ lines }) => whole(lines)), [...ways].join(', ')])
}

/** How many lines stand in the file, in order from the first on; -1 if it holds anything behind them. */
function linesIn(path) {
  const lines = readFileSync(path, 'utf8').split('\n')
  let count = 0
  while (count < lines.length - 1 && lines[count] === `line ${count + 1}`) count++
  const isExact = count === lines.length - 1 && lines[count] === ''
  return isExact || count < LINES ? count : -1
}
