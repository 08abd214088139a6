// The 36 combinations of writer, mode and policy, each with 100,000 numbered lines from each of 1 and of 4 threads:
// every line there or counted as dropped, in order for each thread. Exits 1 on any violation.
//
//   npm run bench -- combinations --lines 100000

import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { createWriter, Mode, QueuePolicy, WriterType } from '../../dist/index.js'
import { violationsOf } from './combinations/judge.js'
import { sendLines } from './combinations/lines.js'
import { scratchFolder } from '../shared/scratch.js'
import { printHeading, printRow, whole } from '../shared/table.js'

const { values } = parseArgs({ options: { lines: { type: 'string', default: '100000' } } })
const lines = Number(values.lines)
const folder = scratchFolder()
const widths = [26, 10, 8, 5, 10, 8, 5]
const violations = []
process.removeAllListeners('warning') // the policy warn would fill the screen

console.log(`${whole(lines)} numbered lines from each thread\n`)
printHeading(['', '1 thread', 'dropped', '', '4 threads', 'dropped', ''], widths)
for (const writerType of Object.values(WriterType)) {
  for (const mode of Object.values(Mode)) {
    for (const policy of Object.values(QueuePolicy)) {
      const cells = []
      for (const threads of [1, 4]) cells.push(...(await run({ writerType, mode, policy, threads })))
      printRow([`${writerType} ${mode} ${policy}`, ...cells], widths)
    }
  }
}

for (const violation of violations) console.log(violation)
console.log(violations.length === 0 ? '\nNo violation.' : `\n${violations.length} violations.`)
process.exitCode = violations.length === 0 ? 0 : 1

/** One combination; returns its cells of the table. */
async function run({ threads, ...options }) {
  const path = join(folder, 'run.log')
  const writer = createWriter(path, options)
  await writer.flush() // the thread runs
  const accepted = threads === 1 ? [sendLines(writer, 0, lines)] : await sendFromThreads(writer, threads)
  const complete = await writer.stop(60_000)
  const metrics = writer.metrics.getSnapshot()
  const found = violationsOf({ path, policy: options.policy, accepted, metrics, complete })
  rmSync(path)
  const name = `${Object.values(options).join(' ')}, ${threads} threads`
  violations.push(...found.map((violation) => `${name}: ${violation}`))
  return [whole(metrics.written), whole(metrics.dropped), found.length === 0 ? 'ok' : 'WRONG']
}

async function sendFromThreads(writer, threads) {
  const file = new URL('combinations/sender.js', import.meta.url)
  const workers = Array.from({ length: threads }, (_, thread) => {
    const worker = new Worker(file, { workerData: { handle: writer.handle, thread, count: lines } })
    return Promise.all([once(worker, 'message'), once(worker, 'exit')])
  })
  return (await Promise.all(workers)).map(([[accepted]]) => accepted)
}
