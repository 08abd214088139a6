// A log for tests of the memory-mapped sink: a fresh file and a fresh state for each test of the surrounding suite.

import fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, before, beforeEach } from 'node:test'
import { loadLibc } from '../../build/native/libc.js'
import { MmapSink } from '../../build/log/mmap-sink.js'
import { tempFolder } from './temp-folder.js'

export const libc = loadLibc()

/** For `describe`: why memory-mapped files cannot be tested here. */
export const skipWithoutLibc = { skip: libc.available ? false : libc.reason }

/** Call it in a suite. */
export function mappedLog() {
  const windowBytes = 4 * libc.pageSize
  const log = {
    windowBytes,
    open: (options = {}) => new MmapSink({ fd: log.fd, state: log.state, windowBytes, ...options }),
    size: () => fs.fstatSync(log.fd).size,
    content: () => fs.readFileSync(log.path, 'utf8'),
  }
  before(() => {
    log.directory = tempFolder()
    log.path = join(log.directory, 'app.log')
  })
  beforeEach(() => {
    log.fd = fs.openSync(log.path, 'w+')
    log.state = { position: 0 }
  })
  afterEach(() => fs.closeSync(log.fd))
  return log
}

export function numberedLines(count) {
  return Array.from({ length: count }, (_, i) => `line ${i} of the test\n`).join('')
}

/** Writes until everything is taken; returns how much that was. */
export function writeAll(sink, ranges) {
  let rest = Buffer.concat(ranges)
  const total = rest.length
  while (rest.length > 0) rest = rest.subarray(sink.write([rest]))
  return total
}
