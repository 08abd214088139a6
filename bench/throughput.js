// Lines a second until the kernel has every byte: the default writer beside one fs.writeSync per line and beside
// fs.writeSync of ready blocks, in turns, each run a process of its own, the file checked after each.
//
//   npm run bench:throughput -- --lines 10000000 --runs 5 --folder /dev/shm --all

import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { contenders, usual } from './throughput/contenders.js'
import { LINE_BYTES } from './throughput/lines.js'
import { describeEnvironment, environment } from './shared/environment.js'
import { runForJson } from './shared/run-program.js'
import { saveResults, scratchFolder } from './shared/scratch.js'
import { spread } from './shared/statistics.js'
import { printTable, whole } from './shared/table.js'

const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '10000000' },
    runs: { type: 'string', default: '5' },
    folder: { type: 'string' },
    all: { type: 'boolean', default: false }, // the other two writers too
  },
})
const runs = Number(values.runs)
const names = values.all ? Object.keys(contenders) : usual
const folder = scratchFolder(values.folder)
const where = environment(folder)
const program = fileURLToPath(new URL('throughput/run.js', import.meta.url))

console.log(`${describeEnvironment(where)}\n`)
console.log(`${whole(Number(values.lines))} lines of ${LINE_BYTES} bytes, ${runs} runs each, in turns\n`)

const results = Object.fromEntries(names.map((name) => [name, []]))
for (let run = 1; run <= runs; run++) {
  for (const name of names) {
    const result = await runForJson(program, [name, join(folder, 'run.log'), values.lines])
    results[name].push(result)
    console.log(`run ${run}  ${name.padEnd(28)} ${whole(result.linesPerSecond).padStart(12)} lines/s`)
  }
}

const figures = (name, figure) => spread(results[name].map((result) => result[figure]))
const reference = figures(names[0], 'linesPerSecond').median
const millions = (number) => (number / 1e6).toFixed(2)

console.log('\nMillion lines a second, the file verified after every run:\n')
printTable([
  ['', 'median', 'min', 'max', 'MB/s', 'ratio', 'send ns', 'CPU ns', 'RSS MB'],
  ...names.map((name) => {
    const { median, min, max } = figures(name, 'linesPerSecond')
    return [
      name,
      ...[median, min, max].map(millions),
      whole((median * LINE_BYTES) / 1e6),
      (median / reference).toFixed(2),
      ...['sendNanoseconds', 'cpuNanoseconds', 'maxRssMB'].map((figure) =>
        whole(figures(name, figure).median),
      ),
    ]
  }),
])
console.log(`\nratio: to ${names[0]}; send: the sending thread, CPU: all threads, both for one line.`)
console.log(`Raw numbers: ${saveResults('throughput', { environment: where, options: values, results })}`)
