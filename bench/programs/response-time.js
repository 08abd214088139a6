// One run: lines are meant to be sent at a fixed rate, each at its own moment. The response time of a line is from that
// moment until its send() has returned: a sender that is held up is late for all lines that were meant to be sent
// meanwhile, and each counts. Lines that are due are sent in groups of at most 20 with one look at the clock after
// them, so a time is too large by up to 20 sends.

import { setImmediate as nextTurn } from 'node:timers/promises'
import { Histogram } from '../shared/histogram.js'
import { Pace } from '../shared/pace.js'
import { verifyCycle } from '../shared/verify.js'
import { answer, contender, expectAccounts, linesOfTask, sendAll, task } from './task.js'

const GROUP = 20
/** The event loop gets its turn at least at this interval: a peer that writes asynchronously needs it. */
const TURN_MS = 1
const NS_PER_MS = 1e6

const { path, rate, seconds } = task
const warmup = task.warmup ?? 20_000
const lines = linesOfTask()
const { sent } = lines
const logger = await contender.open(path)
await sendAll(logger, sent, warmup)
await nextTurn()

const times = new Histogram()
const start = performance.now()
const pace = new Pace(rate, start)
/** A test tells when it is done: what is due by then is sent, and the run ends. */
let toldAt = null
if (task.untilTold) {
  process.once('message', () => {
    toldAt = performance.now()
  })
  process.send('started')
}
await run()
const took = (performance.now() - start) / 1000
const count = warmup + pace.sent
await logger.flushed(lines.bytesOf(count))
await logger.close()
expectAccounts(logger, count)
if (logger.writesFile !== false) verifyCycle(path, lines, count)
answer({ ...times.figures(), offeredPerSecond: rate, linesPerSecond: pace.sent / took, lines: pace.sent })
if (task.untilTold) process.disconnect()

async function run() {
  let turnAt = start
  while (goesOn()) {
    const due = pace.due(performance.now())
    const mayGoOn = due === 0 || sendGroup(Math.min(due, GROUP))
    if (!mayGoOn) await logger.drained()
    if (performance.now() - turnAt >= TURN_MS) {
      await nextTurn()
      turnAt = performance.now()
    }
  }
}

function goesOn() {
  if (task.untilTold) return toldAt === null || pace.due(toldAt) > 0
  return pace.sent < Math.floor(rate * seconds) && performance.now() - start < task.patience * 1000
}

/** False if the logger asked for back-pressure. */
function sendGroup(size) {
  let mayGoOn = true
  let at = (warmup + pace.sent) % sent.length
  for (let n = 0; n < size; n++) {
    if (logger.send(sent[at]) === false) mayGoOn = false
    if (++at === sent.length) at = 0
  }
  const now = performance.now()
  for (let n = 0; n < size; n++) times.record((now - pace.take()) * NS_PER_MS)
  return mayGoOn
}
