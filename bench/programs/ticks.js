// One run: ticks with lines and the same number without, each once to warm up and once to count.

import { setImmediate as nextTurn } from 'node:timers/promises'
import { threadTimes, usedBetween } from '../shared/thread-times.js'
import { answer, contender, linesOfTask, task } from './task.js'

const SLOW = 10

const { path, linesATick } = task
const ticks = contender.slow ? Math.ceil(task.ticks / SLOW) : task.ticks
const { sent } = linesOfTask()
const logger = await contender.open(path)
await run(linesATick)
const empty = await run(0)
const full = await run(linesATick)
await logger.close()
const [ownUs, othersUs] = ['own', 'others'].map((of) => (full[of] - empty[of]) / ticks)
answer({ allUs: ownUs + othersUs, ownUs, othersUs })

async function run(lines) {
  const before = threadTimes()
  for (let tick = 0; tick < ticks; tick++) {
    for (let n = 0; n < lines; n++) {
      if (logger.send(sent[n % sent.length]) === false) await logger.drained()
    }
    await nextTurn()
  }
  return usedBetween(before, threadTimes())
}
