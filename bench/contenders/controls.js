// What the machine could do at most, and what the harness itself costs.

import { execFile } from 'node:child_process'
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { isInPath } from '../shared/in-path.js'

const run = promisify(execFile)
const BLOCK_BYTES = 64 * 1024
const MEMORY_BYTES = 4 * 1024 * 1024
const C_SOURCE = fileURLToPath(new URL('blocks.c', import.meta.url))

export const controls = [
  {
    name: 'control: 64 KB blocks fs.writeSync',
    kind: 'control',
    prepare: makeBlocks,
    /** No strings, no encoding, no queue. Nothing in Node that uses write(2) can be faster. */
    writeAll({ path, lines, count }) {
      const fd = openSync(path, 'a')
      for (const { start, length } of blocksOf(lines, count)) {
        for (let done = 0; done < length;) done += writeSync(fd, lines.twice, start + done, length - done)
      }
      closeSync(fd)
    },
  },
  {
    name: 'control: 64 KB blocks C',
    kind: 'control',
    missing: () => (isInPath('cc') ? null : 'there is no compiler cc'),
    async prepare({ path, lines }) {
      const program = join(dirname(path), 'blocks')
      const block = join(dirname(path), 'block')
      writeFileSync(block, lines.twice)
      await run('cc', ['-O2', '-o', program, C_SOURCE])
    },
    /** A process of its own: it tells its own time and what it used. */
    async writeAll({ path, lines, bytes }) {
      const folder = dirname(path)
      const args = [path, join(folder, 'block'), lines.cycle.length, bytes].map(String)
      return JSON.parse((await run(join(folder, 'blocks'), args)).stdout)
    },
  },
  {
    name: 'control: null sink',
    kind: 'control',
    takes: 'text',
    takesBytes: true,
    /** Takes lines and forgets them: the cost of the harness. */
    open: () => ({
      writesFile: false,
      send: () => true,
      flushed: () => Promise.resolve(),
      close: () => Promise.resolve(),
    }),
  },
  { name: 'control: no log', kind: 'control', logsNothing: true },
  {
    name: 'control: memcpy',
    kind: 'control',
    writesFile: false,
    prepare: makeBlocks,
    /** The same blocks into memory of the size of the queue. */
    writeAll({ lines, count }) {
      const memory = Buffer.alloc(MEMORY_BYTES)
      let at = 0
      for (const { start, length } of blocksOf(lines, count)) {
        if (at + length > MEMORY_BYTES) at = 0
        at += lines.twice.copy(memory, at, start, start + length)
      }
    },
  },
]

/** Lines are made when they are asked for, which must not be while the clock runs. */
function makeBlocks({ lines }) {
  if (lines.twice.length < 2 * BLOCK_BYTES) throw new Error('Expected a cycle of at least 64 KB')
}

/** The bytes of `count` lines as blocks of 64 KB; each starts in the first of two cycles. */
function* blocksOf({ cycle, bytesOf }, count) {
  const end = bytesOf(count)
  for (let at = 0; at < end; at += BLOCK_BYTES) {
    yield { start: at % cycle.length, length: Math.min(BLOCK_BYTES, end - at) }
  }
}
