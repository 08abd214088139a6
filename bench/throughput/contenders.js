// The ways to get lines into a file that are measured beside each other. Each takes a path and a number of lines and
// returns when the kernel has every byte; `sent` is called when the sending thread is done with its loop.

import { closeSync, openSync, writeSync } from 'node:fs'
import { createWriter } from 'choose-l2'
import { cycle, LINE_BYTES, lines } from './lines.js'

const BLOCK_BYTES = 64 * 1024

export const contenders = {
  'choose-l2': (path, count, sent) => sendAll(createWriter(path), count, sent),

  'choose-l2 line writer': (path, count, sent) =>
    sendAll(createWriter(path, { writerType: 'line' }), count, sent),

  'choose-l2 mmap writer': (path, count, sent) =>
    sendAll(createWriter(path, { writerType: 'mmap' }), count, sent),

  'fs.writeSync, a line each': (path, count, sent) => {
    const fd = openSync(path, 'a')
    for (let n = 0; n < count; n++) writeSync(fd, `${lines[n % lines.length]}\n`)
    sent()
    closeSync(fd)
  },

  /** The control: no strings, no encoding, no queue. Nothing that uses write(2) can be faster. */
  'fs.writeSync, ready blocks': (path, count, sent) => {
    const perBlock = Math.floor(BLOCK_BYTES / LINE_BYTES)
    const source = Buffer.concat([cycle, cycle])
    const fd = openSync(path, 'a')
    for (let n = 0; n < count; n += perBlock) {
      const start = (n % lines.length) * LINE_BYTES
      writeSync(fd, source, start, Math.min(perBlock, count - n) * LINE_BYTES)
    }
    sent()
    closeSync(fd)
  },
}

/** The ones measured unless told otherwise. */
export const usual = ['choose-l2', 'fs.writeSync, a line each', 'fs.writeSync, ready blocks']

async function sendAll(writer, count, sent) {
  for (let n = 0; n < count; n++) writer.send(lines[n % lines.length])
  sent()
  if (!(await writer.stop(120_000))) throw new Error('The writer could not write everything')
}
