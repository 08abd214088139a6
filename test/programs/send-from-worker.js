// Attaches to the writer whose handle it is sent, sends a short line and one larger than the queue, and says how it went.

import { once } from 'node:events'
import { parentPort } from 'node:worker_threads'
import { attachWriter } from 'choose-l2'
import { loadLibc } from '../../build/native/libc.js'

loadLibc()
parentPort.postMessage('ready')
const [handle] = await once(parentPort, 'message')
let said = 'sent'
try {
  const writer = attachWriter(handle)
  writer.send('from a worker')
  writer.send('y'.repeat(150_000))
  if (!(await writer.flush(Infinity))) said = 'not flushed'
  writer.detach()
} catch (error) {
  said = `${error.code}: ${error.message}`
}
parentPort.postMessage(said)
