// A worker thread with a part to play: workerData names the task and carries the writer's handle.

import { once } from 'node:events'
import { parentPort, workerData } from 'node:worker_threads'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { attachWriter } from 'choose-l2'
import { lineOf } from '../helpers/numbered-lines.js'

const { task, handle, sender = 0, lines = 1000 } = workerData

const tasks = {
  /** Sends, and ends by itself without a word to the writer. */
  sendAndReturn() {
    sendAll(attachWriter(handle))
  },
  sendAndExit() {
    sendAll(attachWriter(handle))
    process.exit(0)
  },
  sendAndThrow() {
    sendAll(attachWriter(handle))
    throw new Error('a fault of the application')
  },
  /** Never stops sending; says so after the first lines. */
  sendForEver() {
    const writer = attachWriter(handle)
    for (let n = 0; ; n++) {
      writer.send(lineOf(sender, n))
      if (n === lines) parentPort.postMessage('sending')
    }
  },
  /** As sendForEver, with an event loop in between. */
  async sendInTurns() {
    const writer = attachWriter(handle)
    for (let n = 0; ; n++) {
      writer.send(lineOf(sender, n))
      if (n === lines) parentPort.postMessage('sending')
      if (n % 50 === 49) await nextTurn()
    }
  },
  /** Takes a lane, sends a line and waits to be terminated. */
  async attachAndWait() {
    const writer = attachWriter(handle)
    writer.send(lineOf(sender, 0))
    const flushed = await writer.flush()
    parentPort.postMessage(flushed)
    await once(parentPort, 'message')
  },
  /** Finds every lane taken. */
  attachInVain() {
    try {
      attachWriter(handle)
      parentPort.postMessage('attached')
    } catch (error) {
      parentPort.postMessage(`${error.code}: ${error.message}`)
    }
  },
  async sendAsyncAndFlush() {
    const writer = attachWriter(handle)
    const answers = []
    for (let n = 0; n < lines; n++) answers.push(await writer.sendAsync(lineOf(sender, n)))
    const flushed = await writer.flush()
    parentPort.postMessage({ accepted: answers.filter(Boolean).length, flushed, ...numbers(writer) })
    writer.detach()
  },
  /** Sends until the owner has stopped the writer; tells the code of the error and how many were accepted. */
  async sendUntilClosed() {
    const writer = attachWriter(handle)
    let accepted = 0
    try {
      for (;;) {
        if (writer.send(lineOf(sender, accepted))) accepted++
        if (accepted === lines) parentPort.postMessage('sending')
        if (accepted % 20 === 0) await nextTurn()
      }
    } catch (error) {
      parentPort.postMessage({ code: error.code, accepted })
    }
  },
  attachAgainAndAgain() {
    for (let round = 0; round < 100; round++) {
      const writer = attachWriter(handle)
      for (let n = 0; n < 10; n++) writer.send(lineOf(sender, round * 10 + n))
      writer.detach()
    }
    parentPort.postMessage('done')
  },
}

function sendAll(writer) {
  for (let n = 0; n < lines; n++) writer.send(lineOf(sender, n))
}

function numbers(writer) {
  return { balance: writer.metrics.getSnapshot() }
}

await tasks[task]()
