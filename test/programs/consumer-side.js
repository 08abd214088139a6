// The consumer's thread of the interleaving test: takes what it sees, one run after the other, at the test's pace.

import { workerData } from 'node:worker_threads'
import { Consumer } from '../../build/queue/consumer.js'
import { SharedMemory } from '../../build/queue/memory.js'
import { Baton } from '../helpers/baton.js'

const { handle, baton: batonHandle, output, claimBytes, writeBytes, looks } = workerData
const memory = SharedMemory.open(handle)
const baton = new Baton(1, batonHandle)
const length = new Int32Array(output, 0, 1)
const content = Buffer.from(output, 4)

for (;;) {
  baton.take()
  baton.run(memory.buffer, consume)
}

function consume() {
  const consumer = new Consumer(memory)
  length[0] = 0
  for (let n = 0; n < looks; n++) {
    consumer.look()
    while (consumer.hasClaim || consumer.claim(claimBytes, () => length[0])) write(consumer)
  }
}

function write(consumer) {
  let bytes = 0
  for (const range of consumer.ranges()) {
    bytes += range.copy(content, length[0] + bytes, 0, Math.min(range.length, writeBytes - bytes))
  }
  length[0] += bytes
  consumer.advance(bytes)
}
