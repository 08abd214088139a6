// One run: how long the sending thread is busy with send(), in blocks of 20 calls. Service time: what a caller waits
// because an earlier send was late is not in it (programs/response-time.js measures that). Lines come in ticks of 100,
// at a rate that everyone can take, or at full speed; a peer that asks for back-pressure gets it off the clock.

import { setImmediate as nextTurn } from 'node:timers/promises'
import { Histogram } from '../shared/histogram.js'
import { verifyCycle } from '../shared/verify.js'
import { answer, contender, expectAccounts, linesOfTask, task } from './task.js'

const BLOCK = 20
const TICK = 100

const { path, warmup } = task
const count = Math.ceil(task.lines / TICK) * TICK
const lines = linesOfTask()
const { sent } = lines
const logger = await contender.open(path)
let at = 0

await run(new Histogram(), warmup)
const times = new Histogram()
const start = performance.now()
await run(times, count)
const seconds = (performance.now() - start) / 1000
await logger.flushed(lines.bytesOf(warmup + count))
await logger.close()
expectAccounts(logger, warmup + count)
if (logger.writesFile !== false) verifyCycle(path, lines, warmup + count)
answer({ ...times.figures(), linesPerSecond: count / seconds })

async function run(histogram, total) {
  const begin = performance.now()
  for (let n = 0; n < total; n += TICK) {
    let mayGoOn = true
    for (let block = 0; block < TICK / BLOCK; block++) {
      mayGoOn = timeBlock(histogram)
      if (!mayGoOn) await logger.drained()
    }
    await nextTurn()
    // The next tick has its time, as requests come in when they come in.
    while (task.rate > 0 && performance.now() - begin < ((n + TICK) * 1000) / task.rate) await nextTurn()
  }
}

/** False if the logger asked for back-pressure. */
function timeBlock(histogram) {
  let mayGoOn = true
  const before = performance.now()
  for (let n = 0; n < BLOCK; n++) {
    if (logger.send(sent[at]) === false) mayGoOn = false
    if (++at === sent.length) at = 0
  }
  const perCall = ((performance.now() - before) * 1e6) / BLOCK
  histogram.record(perCall, BLOCK)
  return mayGoOn
}
