// Drops the oldest lines of a queue that is not written, and is killed: at once, or by the first failing write, which
// leaves an open claim: node <this> <path> <task as JSON>

import { createWriter } from 'choose-l2'
import { marker } from '../helpers/markers.js'

const [path, task] = process.argv.slice(2)
const { options, lengths, diesOnError } = JSON.parse(task)
const writer = createWriter(path, {
  mode: 'manual',
  policy: 'drop_oldest',
  batchSize: 1,
  crashSafe: true,
  dropMarker: marker,
  ...options,
})
for (const length of lengths) writer.send('x'.repeat(length))
if (!diesOnError) process.kill(process.pid, 'SIGKILL')
writer.on('error', () => process.kill(process.pid, 'SIGKILL'))
writer.trigger()
setInterval(() => {}, 1000) // until then
