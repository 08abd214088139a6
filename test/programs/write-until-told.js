// Writes numbered lines through an MmapSink as fast as it can, into the file argv[2], with windows of argv[3]
// bytes. Prints 'ready' at the start; ends at the first byte on stdin, after closing the sink, and prints the
// final position. A SIGBUS kills it, which is what its test looks for.

import { closeSync, openSync } from 'node:fs'
import { MmapSink } from '../../build/log/mmap-sink.js'

const [, , path, windowBytes] = process.argv
const fd = openSync(path, 'w+')
const state = { position: 0 }
const sink = new MmapSink({ fd, state, windowBytes: Number(windowBytes) })
const block = Buffer.from(new SharedArrayBuffer(256 * 1024)).fill('a line like any other, 32 bytes\n')

let told = false
process.stdin.once('data', () => {
  told = true
})
process.stdout.write('ready\n')
function writeSome() {
  for (let i = 0; i < 50; i++) {
    try {
      sink.write([block])
    } catch (error) {
      // Truncated faster than one can write: once more, as a drain loop does.
      if (error.code !== 'EAGAIN') throw error
    }
  }
  if (!told) {
    setImmediate(writeSome)
    return
  }
  sink.close()
  closeSync(fd)
  process.stdout.write(`${state.position}\n`)
  process.stdin.destroy()
}
writeSome()
