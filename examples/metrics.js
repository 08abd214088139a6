// The numbers of a writer. In every snapshot, at every moment: enqueued = written + dropped + pending.
// WriterMetrics is the same bookkeeping for a destination of your own.

import { createWriter, WriterMetrics } from 'choose-l2'
import { logPath } from './log-path.js'

const writer = createWriter(logPath())
for (let n = 1; n <= 20_000; n++) writer.send(`line ${n}`)

const now = writer.metrics.getSnapshot()
console.log(`in the middle: adds up: ${now.enqueued === now.written + now.dropped + now.pending}`)
await writer.stop()
const { enqueued, written, dropped, pending, errors, bytesWritten } = writer.metrics.getSnapshot()
console.log('at the end:', { enqueued, written, dropped, pending, errors, bytesWritten })

const metrics = new WriterMetrics()
metrics.recordEnqueued(3)
metrics.recordWritten(2)
metrics.recordDropped()
console.log('on its own:', metrics.getSnapshot())
