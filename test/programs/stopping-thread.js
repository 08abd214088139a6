// Stops a queue as soon as somebody waits for room in it.

import { workerData } from 'node:worker_threads'
import { Q } from 'choose-l2'
import { Doorbell } from '../../build/queue/doorbell.js'

const { handle } = workerData
const doorbell = new Doorbell(handle.bell)
// Who finds no room says so and then rings.
for (let seen = doorbell.listen(); !doorbell.isRoomWanted; seen = doorbell.listen()) {
  if (!doorbell.isRoomWanted) doorbell.sleep(seen, 2 ** 30)
}
Q.open(handle).stop()
