// One run: node program.js <path> <lines> <writer> <crash-safe>. Prints the numbers as JSON.

import { rmSync } from 'node:fs'
import { createWriter } from 'choose-l2'
import { lines, verify } from '../throughput/lines.js'

const [, , path, count, writerType, safe] = process.argv
const total = Number(count)
const crashSafe = safe === 'true'

const writer = createWriter(path, { writerType, crashSafe })
if (writer.crashSafe !== crashSafe) throw new Error(writer.notCrashSafeBecause)
const start = performance.now()
for (let n = 0; n < total; n++) writer.send(lines[n % lines.length])
const sent = performance.now()
if (!(await writer.stop(120_000))) throw new Error('The writer could not write everything')
const end = performance.now()

verify(path, total)
rmSync(path)
console.log(
  JSON.stringify({
    linesPerSecond: (total / (end - start)) * 1000,
    sendNanoseconds: ((sent - start) * 1e6) / total,
  }),
)
