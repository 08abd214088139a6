// The default: send() hands a line to the writer thread and returns at once; the thread writes blocks of 64 KB.
// Nothing is lost at the end of the process, but stop() says when everything is in the file.

import { readFileSync } from 'node:fs'
import { createWriter } from 'choose-l2'
import { logPath } from './log-path.js'

const path = logPath()
const writer = createWriter(path)

for (let round = 1; round <= 8; round++) {
  const start = performance.now()
  for (let n = 1; n <= 5000; n++) writer.send(`Log line ${n} of round ${round}`)
  const nanoseconds = ((performance.now() - start) * 1e6) / 5000
  console.log(`round ${round}: send() took ${Math.round(nanoseconds)} ns a line`)
  await writer.flush() // everything sent so far is in the file
}

const complete = await writer.stop()
const lines = readFileSync(path, 'utf8').split('\n').length - 1
console.log(`everything written: ${complete}; lines in the file: ${lines}; writes: ${writer.flushCount}`)
