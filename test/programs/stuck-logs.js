// Writes to many files, and to sockets (descriptors 3 and up) that nobody reads at first, so that a write to one of them never
// returns. Says on standard output how long a line for a file took at most, and how many threads there were; waits for a
// line on standard input, and stops all.
// With `exit`, it ends at once as soon as they are stuck.
// node stuck-logs.js <folder> <number of files> <number of sockets> <async|sync|exit>

import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createWriter } from 'choose-l2'
import { lineOf } from '../helpers/numbered-lines.js'
import { atWork } from '../helpers/writer-threads.js'

const [folder, files, sockets, way] = process.argv.slice(2)
const FIRST_SOCKET = 3
/** More than a socket takes while nobody reads. */
const LINES_A_SOCKET = 20_000
const ROUNDS = 60
const PAUSE_MS = 20

const threadsBefore = readdirSync('/proc/self/task').length
const writers = range(files).map((n) => createWriter(join(folder, `${n}.log`), { writerType: 'line' }))
const stuck = range(sockets).map((n) =>
  createWriter(FIRST_SOCKET + n, {
    exitTimeout: 100,
    queueBytes: 8 * 1024 * 1024,
    queueSize: 0,
  }),
)
await Promise.all(stuck.map(atWork)) // while the thread starts, the owner writes, and would be stuck itself
for (const writer of writers) writer.send('first')
await Promise.all(writers.map((writer) => writer.flush(Infinity)))

if (way === 'exit') {
  for (const writer of stuck) for (let n = 0; n < LINES_A_SOCKET; n++) writer.send(lineOf(0, n))
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  for (const writer of writers) writer.send('last')
  process.exit(9)
}

let longest = 0
for (let round = 0; round < ROUNDS; round++) {
  if (round % 10 === 5 && round / 10 < stuck.length) {
    for (let n = 0; n < LINES_A_SOCKET; n++) stuck[Math.floor(round / 10)].send(lineOf(0, n))
  }
  const start = performance.now()
  await Promise.all(
    writers.map(async (writer) => {
      writer.send(`round ${round}`)
      if (way === 'sync') writer.flushSync(Infinity)
      else await writer.flush(Infinity)
      longest = Math.max(longest, performance.now() - start)
    }),
  )
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
}
const threads = readdirSync('/proc/self/task').length - threadsBefore
process.stdout.write(
  `${JSON.stringify({ longest, threads, waits: stuck.map((writer) => writer.metrics.pending > 0) })}\n`,
)

await once(process.stdin, 'data')
const stopped = await Promise.all([...writers, ...stuck].map((writer) => writer.stop(Infinity)))
process.stdout.write(`${JSON.stringify({ stopped: stopped.every(Boolean) })}\n`)
process.stdin.destroy()

function range(count) {
  return Array.from({ length: Number(count) }, (_, n) => n)
}
