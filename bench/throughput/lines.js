// The lines of the throughput measurement: 1,000 different ones of 107 bytes, '\n' included, sent round and round.
// They exist before the clock starts, so that only writing is measured; the file can be checked against them.

import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

export const LINE_BYTES = 107
const DIFFERENT = 1000

/** The texts, without their '\n'. */
export const lines = Array.from({ length: DIFFERENT }, (_, n) => {
  const text = `{"time":1764000000${String(n).padStart(3, '0')},"level":30,"msg":"request completed","id":${n},"path":"`
  return Buffer.from(`${text.padEnd(LINE_BYTES - 3, 'x')}"}`).toString('latin1') // flat, as JSON.stringify makes them
})

/** The same as one block of bytes, '\n' included. */
export const cycle = Buffer.from(lines.map((line) => `${line}\n`).join(''))

/** Throws unless the file holds exactly `count` lines, each in its place. */
export function verify(path, count) {
  const fd = openSync(path, 'r')
  try {
    const { size } = fstatSync(fd)
    if (size !== count * LINE_BYTES) throw new Error(`Expected ${count * LINE_BYTES} bytes, got ${size}`)
    const read = Buffer.alloc(cycle.length)
    for (let at = 0; at < size; at += cycle.length) {
      const bytes = readSync(fd, read, 0, cycle.length, at)
      if (read.compare(cycle, 0, bytes, 0, bytes) !== 0) throw new Error(`Wrong bytes after byte ${at}`)
    }
  } finally {
    closeSync(fd)
  }
}
