// One run: numbered lines of 107 bytes as fast as the logger takes them, into files of a limited size. Each call is timed. What
// became of the lines is counted by the question, once this process has ended.

import { answer, contender, task } from './task.js'

const LINE_BYTES = 107

const { path, limit, count, linesATick = Infinity } = task
const logger = await contender.openRotating(path, limit)
const end = contender.takes === 'ended' ? '\n' : ''
let longest = 0
const start = performance.now()
for (let n = 0; n < count; n++) {
  const line = `${String(n).padStart(10, '0')} ${'x'.repeat(LINE_BYTES - 12)}${end}`
  const before = performance.now()
  const mayGoOn = logger.send(line)
  longest = Math.max(longest, performance.now() - before)
  if (mayGoOn === false) await logger.drained?.()
  if (n % linesATick === 0 && n > 0) await new Promise((resolve) => setImmediate(resolve))
}
await logger.flushed?.()
const flushed = performance.now()
await logger.close()
const closed = performance.now()
const ms = (logger.flushed === undefined ? closed : flushed) - start
answer({ linesPerSecond: (count / ms) * 1000, longestMs: longest })
