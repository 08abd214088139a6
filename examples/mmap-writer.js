// The memory-mapped writer copies lines into a mapped window of the file: no system call for a write, and what was
// copied survives the death of the process. It needs the optional package koffi and says so where that is missing.

import { statSync } from 'node:fs'
import { createWriter, WriterType } from 'choose-l2'
import { logPath } from './log-path.js'

const path = logPath()
let writer
try {
  writer = createWriter(path, { writerType: WriterType.MMAP })
} catch (error) {
  if (error.code !== 'ERR_MMAP_UNAVAILABLE') throw error
  console.log(`${error.message}`)
  writer = createWriter(path) // the block writer works everywhere
}

for (let n = 1; n <= 1000; n++) writer.send(`line ${String(n).padStart(4, '0')}`)
await writer.flush()
console.log(`while it is open the file is preallocated: ${statSync(path).size} bytes`)

await writer.stop()
console.log(`after stop it is exact: ${statSync(path).size} bytes = 1000 lines of 10 bytes`)
