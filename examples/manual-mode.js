// Manual mode: the writer thread writes only when it is told to. Here a batch job writes its log once a step, so
// that the disk is left alone in between. What waits at stop() is written too.

import { readFileSync } from 'node:fs'
import { createWriter, Mode } from 'choose-l2'
import { logPath } from './log-path.js'

const path = logPath()
const writer = createWriter(path, { mode: Mode.MANUAL })
const linesInFile = () => readFileSync(path, 'utf8').split('\n').length - 1

for (let step = 1; step <= 3; step++) {
  for (let n = 1; n <= 10; n++) writer.send(`step ${step}, record ${n}`)
  console.log(`step ${step} sent: ${writer.metrics.pending} lines wait, ${linesInFile()} in the file`)
  await writer.flush() // trigger() does the same without waiting for it
}
console.log(`after the last flush: ${linesInFile()} in the file`)

writer.send('the last word')
await writer.stop()
console.log(`after stop: ${linesInFile()} in the file`)
