// A thread that is held up in the middle of a put or a commit, between the look whether the queue was stopped and the
// publishing, until the queue has ended and the other side has had time to look.

import { parentPort, workerData } from 'node:worker_threads'
import { attachWriter, Q } from '../../build/index.js'
import { Doorbell } from '../../build/queue/doorbell.js'
import { Producer } from '../../build/queue/producer.js'
import { Control } from '../../build/drain/protocol.js'

const { handle, qHandle, isInside } = workerData
const isOver = handle === undefined ? qIsStopped() : writerIsStopped()

for (const name of ['push', 'pushLine']) {
  const original = Object.getOwnPropertyDescriptor(Producer.prototype, name).value
  Producer.prototype[name] = function (...args) {
    Atomics.store(isInside, 0, 1)
    Atomics.notify(isInside, 0)
    while (!isOver()) pause(1)
    pause(20) // so that a last look that does not wait comes too early
    return Reflect.apply(original, this, args)
  }
}

let answer
if (handle === undefined) {
  answer = Q.open(qHandle).put('late')
} else {
  const writer = attachWriter(handle)
  answer = writer.send('late')
  writer.detach()
}
parentPort.postMessage(answer)

function qIsStopped() {
  const doorbell = new Doorbell(qHandle.bell)
  return () => doorbell.stopped
}

function writerIsStopped() {
  const control = new Control(handle.control)
  return () => control.isStopped
}

function pause(ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}
