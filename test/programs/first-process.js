// As the first process of a container: gets signals, which have no effect on it without a handler, and goes on.
// node first-process.js file <log> | node first-process.js fifo <fifo>

import { spawn } from 'node:child_process'
import { writeSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { attachWriter, createWriter } from 'choose-l2'
import { lineOf } from '../helpers/numbered-lines.js'

if (isMainThread) await main(...process.argv.slice(2))
else await attached()

async function main(target, path) {
  const writer = createWriter(path, { queueSize: 100 })
  const accepted = []
  const send = (from, to) => {
    for (let n = from; n < to; n++) accepted.push(writer.send(lineOf(0, n)))
  }
  let worker
  if (target === 'fifo') {
    // While send() waits for room:
    const killer = spawn(
      'sh',
      ['-c', 'for n in 1 2 3; do sleep 0.1; kill -TERM 1; kill -INT 1; done; echo signals sent'],
      {
        stdio: ['ignore', 'inherit', 'inherit'],
      },
    )
    const killed = new Promise((resolve) => killer.once('exit', resolve))
    send(0, 20_000)
    await killed
    await delay(50)
  } else {
    worker = new Worker(new URL(import.meta.url), { workerData: writer.handle })
    await new Promise((resolve) => worker.once('message', resolve))
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGTERM']) {
      send(accepted.length, accepted.length + 500)
      process.kill(process.pid, signal)
      await delay(20)
    }
    worker.postMessage('go on')
    await new Promise((resolve) => worker.once('message', resolve))
    await worker.terminate()
  }
  const { isRunning } = writer
  const stopped = await writer.stop(Infinity)
  const { enqueued, written, dropped, pending } = writer.metrics.getSnapshot()
  const report = { pid: process.pid, isRunning, allAccepted: accepted.every(Boolean), stopped }
  writeSync(1, JSON.stringify({ ...report, numbers: [enqueued, written, dropped, pending] }))
}

async function attached() {
  const writer = attachWriter(workerData)
  parentPort.postMessage('attached')
  await new Promise((resolve) => parentPort.once('message', resolve))
  for (let n = 0; n < 500; n++) writer.send(lineOf(1, n))
  await writer.flush(Infinity)
  parentPort.postMessage('sent')
}
