// Writes some lines, hands over more, and dies by SIGKILL: what it had handed over is left in its queue file.
// With `staysAlive` it says 'ready' instead and waits; a byte on standard input stops the writer.

import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { createWriter } from 'choose-l2'
import { lineOf } from '../helpers/numbered-lines.js'
import { atWork } from '../helpers/writer-threads.js'

const {
  path,
  options = {},
  written = 0,
  lines,
  from = 0,
  sender = 0,
  threads = 0,
  extra,
  staysAlive,
} = JSON.parse(process.argv[2])

const writer = createWriter(path, { mode: 'manual', crashSafe: true, ...options })
if (options.thread !== false) await atWork(writer) // it writes like one that has run for a while
for (let n = from; n < from + written; n++) writer.send(lineOf(sender, n))
if (written > 0 && !(await writer.flush(Infinity))) throw new Error('the log takes no lines')
for (let n = from + written; n < from + lines; n++) writer.send(lineOf(sender, n))
if (extra !== undefined) writer.send(extra.text.repeat(extra.times))

const workers = Array.from({ length: threads }, (_, n) => {
  const workerData = { task: 'sendAndWait', handle: writer.handle, sender: n + 1, lines }
  return new Worker(new URL('./hand-over.js', import.meta.url), { workerData })
})
await Promise.all(workers.map((worker) => once(worker, 'message')))
await new Promise((resolve) => setImmediate(resolve)) // the end of the tick: all is handed over

if (staysAlive) {
  process.stdout.write('ready\n')
  await once(process.stdin, 'data')
  process.exitCode = (await writer.stop(Infinity)) ? 0 : 1
  process.stdin.destroy()
} else {
  process.kill(process.pid, 'SIGKILL')
}
