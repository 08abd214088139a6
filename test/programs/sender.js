// A worker thread that sends numbered lines on request: { handle, sender, lines } is answered with which
// of them were accepted.

import { parentPort } from 'node:worker_threads'
import { attachWriter } from 'choose-l2'
import { lineOf } from '../helpers/numbered-lines.js'

parentPort.on('message', ({ handle, sender, lines }) => {
  const writer = attachWriter(handle)
  const accepted = new Uint8Array(lines)
  for (let n = 0; n < lines; n++) accepted[n] = writer.send(lineOf(sender, n)) ? 1 : 0
  writer.detach()
  parentPort.postMessage(accepted)
})
