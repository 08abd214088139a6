// One run: from send() until another thread sees the line's last byte in the file. One sample at a time, some
// milliseconds apart; a sample is a line, or a burst whose last line is waited for.

import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { percentile } from '../shared/statistics.js'
import { verifyCycle } from '../shared/verify.js'
import { answer, contender, expectAccounts, linesOfTask, task } from './task.js'

const APART_MS = [2, 12]
/** A line that is not there by then waits for others: the time is at least this. */
const PATIENCE_MS = 1000
/** Enough to know that it is so. */
const MOST_UNSEEN = 3

const { path, samples, burst } = task
const lines = linesOfTask()
closeSync(openSync(path, 'a')) // for those that create it late
const logger = await contender.open(path)
const watcher = new Worker(new URL('watcher.js', import.meta.url), {
  workerData: { path, patience: PATIENCE_MS },
})
await once(watcher, 'message')

let count = 0
await sample() // the first is for the compilers
const times = []
let unseen = 0
while (times.length < samples && unseen < MOST_UNSEEN) {
  await delay(randomInt(...APART_MS))
  const ms = await sample()
  if (ms === null) unseen++
  times.push(ms ?? PATIENCE_MS)
}
await watcher.terminate()
await logger.flushed(lines.bytesOf(count))
await logger.close()
expectAccounts(logger, count)
verifyCycle(path, lines, count)
times.sort((a, b) => a - b)
answer({
  p50: percentile(times, 0.5),
  p99: percentile(times, 0.99),
  max: times.at(-1),
  samples: times.length,
  unseen,
})

/** In milliseconds; null if nobody saw it in time. */
async function sample() {
  const seen = once(watcher, 'message')
  watcher.postMessage(lines.bytesOf(count + burst) - 1)
  await seen // it looks now
  const arrived = once(watcher, 'message')
  const start = process.hrtime.bigint()
  for (let n = 0; n < burst; n++) {
    logger.send(lines.sent[count++ % lines.sent.length])
  }
  const [at] = await arrived
  return at === null ? null : Number(at - start) / 1e6
}
