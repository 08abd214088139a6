// Logs numbered lines on a disk that is full, tells what became of older queues and what waits, and exits:
// node <this> <path> <options as JSON> <number of the first line> <how many> [fill: the disk is filled only when the
// writer has its queue]

import { statfsSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createWriter } from 'choose-l2'
import { longLine } from '../helpers/long-lines.js'

const [path, options, first, count, fill] = process.argv.slice(2)
const writer = createWriter(path, { exitTimeout: 100, ...JSON.parse(options) })
writer.on('error', () => {})
if (fill === 'fill') {
  const { bavail, bsize } = statfsSync(dirname(path))
  writeFileSync(join(dirname(path), 'ballast'), Buffer.alloc(bavail * bsize))
}
const outcomes = []
writer.on('recovered', ({ queues }) => outcomes.push(...queues.map(({ outcome }) => outcome)))
for (let n = Number(first); n < Number(first) + Number(count); n++) writer.send(longLine(n))
await nextTurn() // events are told after the tick, and a busy machine may use up the flush's time within it
const flush = await writer.flush(20)
const { pending } = writer.metrics
process.stdout.write(JSON.stringify({ flush, pending, outcomes, crashSafe: writer.crashSafe }))
process.exit(4)
