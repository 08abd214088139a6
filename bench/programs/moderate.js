// One run: what is due is sent once a millisecond; then the same time with nothing to send.

import { setTimeout as delay } from 'node:timers/promises'
import { Pace } from '../shared/pace.js'
import { threadTimes, usedBetween } from '../shared/thread-times.js'
import { answer, contender, linesOfTask, task } from './task.js'

const WARM_UP_SECONDS = 0.5

const { path, rate, seconds } = task
const { sent } = linesOfTask()
const logger = await contender.open(path)
await run(WARM_UP_SECONDS, true)
const full = await run(seconds, true)
const empty = await run(seconds, false)
await logger.close()
const [ownMs, othersMs] = ['own', 'others'].map((of) => (full.used[of] - empty.used[of]) / 1000 / seconds)
answer({ allMs: ownMs + othersMs, ownMs, othersMs, linesASecond: full.lines / seconds })

async function run(length, hasLines) {
  const start = performance.now()
  const pace = new Pace(rate, start)
  const before = threadTimes()
  while (performance.now() - start < length * 1000) {
    for (let due = pace.due(performance.now()); due > 0; due--) {
      pace.take()
      if (hasLines && logger.send(sent[pace.sent % sent.length]) === false) await logger.drained()
    }
    await delay(1)
  }
  return { used: usedBetween(before, threadTimes()), lines: pace.sent }
}
