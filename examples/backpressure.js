// Faster than the disk, without blocking the event loop: sendAsync() resolves at once while there is room and waits
// for room otherwise. Timers, sockets and other requests go on meanwhile; send() would block them.

import { createWriter } from 'choose-l2'
import { logPath } from './log-path.js'

const writer = createWriter(logPath(), { queueSize: 100, queueBytes: 64 * 1024 })

let ticks = 0
const timer = setInterval(() => ticks++, 1)
for (let n = 1; n <= 20_000; n++) await writer.sendAsync(`record ${n} ${'.'.repeat(500)}`)
clearInterval(timer)

await writer.stop()
const { written, dropped, bytesWritten } = writer.metrics.getSnapshot()
console.log(`${written} lines written, ${dropped} dropped, through a queue of 100 lines`)
console.log(`${bytesWritten} bytes through a queue of 65536`)
console.log(`the event loop went on: ${ticks > 0}`)
