// A cluster of two workers, and the primary, that write numbered lines to one rotating log. Each of them says what it sent.

import cluster from 'node:cluster'
import { once } from 'node:events'
import { createWriter } from 'choose-l2'

const [path, size, lines] = process.argv.slice(2)
const WORKERS = 2

const writer = createWriter(path, { rotate: { size: Number(size), keep: 1e9, compress: 'gzip' } })
if (cluster.isPrimary) {
  const workers = Array.from({ length: WORKERS }, () => cluster.fork())
  const ends = workers.map((worker) => once(worker, 'exit'))
  await send(0)
  for (const [code] of await Promise.all(ends)) if (code !== 0) process.exitCode = 1
} else {
  await send(cluster.worker.id)
  cluster.worker.disconnect()
}
if (!(await writer.stop(Infinity))) process.exitCode = 1

async function send(id) {
  for (let n = 0; n < Number(lines); n++) {
    writer.send(`p${id} ${n} ${'x'.repeat(80)}`)
    if (n % 50 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
}
