// Sends numbered lines at full speed into a small queue and says so once some were dropped: node <this> <path>

import { setImmediate as nextTurn } from 'node:timers/promises'
import { createWriter } from 'choose-l2'
import { marker } from '../helpers/markers.js'

const options = { policy: 'drop_oldest', queueSize: 50, batchSize: 1, crashSafe: true, dropMarker: marker }
const writer = createWriter(process.argv[2], options)
for (let n = 0; ; n++) {
  writer.send(`line ${n}`)
  if (n % 1000 !== 0) continue
  if (writer.metrics.dropped > 0 && writer.metrics.written > 0) process.stdout.write('dropped\n')
  await nextTurn()
}
