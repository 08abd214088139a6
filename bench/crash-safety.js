// What crash safety costs: the same lines through the same writer with the queue in a file and with the queue in
// memory, in turns, each run a process of its own.
//
//   node bench/crash-safety.js --lines 5000000 --runs 7 --writer block

import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { describeEnvironment, environment } from './shared/environment.js'
import { runForJson } from './shared/run-program.js'
import { saveResults, scratchFolder } from './shared/scratch.js'
import { spread } from './shared/statistics.js'
import { printTable } from './shared/table.js'

const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '5000000' },
    runs: { type: 'string', default: '7' },
    writer: { type: 'string', default: 'block' },
    folder: { type: 'string' },
  },
})
const folder = scratchFolder(values.folder)
const where = environment(folder)
const program = fileURLToPath(new URL('crash-safety/program.js', import.meta.url))
const results = { 'in a file': [], 'in memory': [] }

console.log(`${describeEnvironment(where)}\n`)
for (let run = 1; run <= Number(values.runs); run++) {
  for (const name of Object.keys(results)) {
    const crashSafe = String(name === 'in a file')
    const args = [join(folder, 'run.log'), values.lines, values.writer, crashSafe]
    results[name].push(await runForJson(program, args))
  }
}

const figures = (name, figure) => spread(results[name].map((result) => result[figure]))
const reference = figures('in memory', 'linesPerSecond').median
const millions = (number) => (number / 1e6).toFixed(2)
console.log(`${values.writer} writer, million lines a second, ${values.runs} runs each in turns:\n`)
printTable([
  ['queue', 'median', 'min', 'max', 'ratio', 'send ns'],
  ...Object.keys(results).map((name) => {
    const { median, min, max } = figures(name, 'linesPerSecond')
    const send = figures(name, 'sendNanoseconds').median.toFixed(0)
    return [name, ...[median, min, max].map(millions), (median / reference).toFixed(2), send]
  }),
])
console.log(`\nRaw numbers: ${saveResults('crash-safety', { environment: where, options: values, results })}`)
