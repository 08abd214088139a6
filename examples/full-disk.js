// A disk that is full: send() never throws because of it. The lines wait in the queue, the thread tries again and
// again, and an 'error' event reports it. /dev/full refuses every write, as a full disk does.

import { createWriter } from 'choose-l2'

const writer = createWriter('/dev/full', { policy: 'drop_oldest', exitTimeout: 100 })
writer.once('error', (error) => {
  console.log(`event: ${error.code}, caused by ${error.cause.code}`)
  writer.on('error', () => {}) // further tries fail as well
})

console.log(`accepted: ${writer.send('a line for a full disk')}`)
console.log(`flush within 500 ms: ${await writer.flush(500)}`)
console.log(`accepted: ${writer.send('another line')}`)

// Nothing hangs: stop() gives up after its time limit and says so; metrics tell what was left.
console.log(`stop within 200 ms: ${await writer.stop(200)}`)
const { pending, dropped, errors } = writer.metrics.getSnapshot()
console.log(`pending: ${pending}, dropped: ${dropped}, failed writes counted: ${errors > 0}`)
