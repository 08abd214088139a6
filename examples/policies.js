// What send() does when the queue is full. Here the queue holds 10 lines and nothing is written (manual mode), while
// 25 lines are sent: 'drop_newest' refuses the last 15, 'drop_oldest' gives up the first 15, 'block' would wait for
// room - in manual mode it makes the thread write instead - and loses nothing. Every loss is counted.

import { readFileSync } from 'node:fs'
import { createWriter, QueuePolicy } from 'choose-l2'
import { logPath } from './log-path.js'

const path = logPath()

for (const policy of [QueuePolicy.BLOCK, QueuePolicy.DROP_NEWEST, QueuePolicy.DROP_OLDEST]) {
  const writer = createWriter(path, { policy, queueSize: 10, mode: 'manual', append: false })
  writer.on('drop', ({ lines }) => console.log(`  event: ${lines} lines were dropped`))
  console.log(policy)

  let accepted = 0
  for (let n = 1; n <= 25; n++) if (writer.send(`line ${n}`)) accepted++
  await writer.stop()

  const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
  const { enqueued, written, dropped } = writer.metrics.getSnapshot()
  console.log(
    `  send() said yes ${accepted} times; ${enqueued} enqueued = ${written} written + ${dropped} dropped`,
  )
  console.log(`  the file begins with '${lines[0]}' and ends with '${lines.at(-1)}'`)
}
