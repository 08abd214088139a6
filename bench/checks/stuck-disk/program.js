// A program that logs at full speed to standard output, which nobody reads: node program.js <policy> <seconds>.
// Tells its memory and its sends by message, now and then.

import { createWriter } from '../../../dist/index.js'

const [, , policy, seconds] = process.argv
const BURST = 10_000
const SAMPLES = 20

const writer = createWriter(1, { policy })
const lines = Array.from({ length: 1000 }, (_, n) => `line ${n} `.padEnd(106, '.'))
const start = performance.now()
let last = { at: start, sends: 0 }
let sends = 0
let samples = 0

function burst() {
  for (let n = 0; n < BURST; n++) writer.send(lines[n % lines.length])
  sends += BURST
  const now = performance.now()
  if (now - start >= (samples * Number(seconds) * 1000) / SAMPLES) sample(now)
  if (samples <= SAMPLES) setImmediate(burst)
}

function sample(now) {
  samples++
  const metrics = writer.metrics.getSnapshot()
  process.send({
    second: (now - start) / 1000,
    rssMB: process.memoryUsage.rss() / 2 ** 20,
    sendsPerSecond: ((sends - last.sends) / Math.max(1, now - last.at)) * 1000,
    metrics,
    addsUp: metrics.enqueued === sends && sends === metrics.written + metrics.dropped + metrics.pending,
  })
  last = { at: now, sends }
}

burst()
