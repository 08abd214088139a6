// One thread of programs/producers.js: sends its own lines from the first signal to the second.

import { once } from 'node:events'
import { parentPort, workerData } from 'node:worker_threads'
import { contenders } from '../contenders/index.js'
import { linesOfThread } from '../shared/lines.js'

/** Between two looks at the signal. */
const ROUND = 100

const { path, thread, signals, handle } = workerData
const contender = contenders.get(workerData.contender)
const logger = handle === undefined ? await contender.open(path) : await contender.attach(handle)
const { texts, ended } = linesOfThread(thread)
const sent = contender.takes === 'ended' ? ended : texts

parentPort.postMessage('ready')
Atomics.wait(signals, 0, 0) // observes the start
let count = 0
// Observes the stop, a round late at most.
while (Atomics.load(signals, 1) === 0) {
  for (let n = 0; n < ROUND; n++) {
    if (logger.send(sent[(count + n) % sent.length]) === false) await logger.drained()
  }
  count += ROUND
}
await logger.flushed(count * ended[0].length)
parentPort.postMessage(count)
await once(parentPort, 'message')
await logger.close()
parentPort.close()
