// A rate counts only if the lines are there: each file is read after its run and compared with what was sent.

import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'

/** Throws unless the file holds exactly the first `count` lines of the cycle, each in its place. */
export function verifyCycle(path, { cycle, bytesOf }, count) {
  const expected = bytesOf(count)
  readFile(path, cycle.length, (block, at, size) => {
    if (size !== expected) throw new Error(`Expected ${expected} bytes in the file, got ${size}`)
    if (cycle.compare(block, 0, block.length, 0, block.length) !== 0) {
      throw new Error(`Wrong bytes after byte ${at} of the file`)
    }
  })
  if (statSync(path).size !== expected) throw new Error(`Expected ${expected} bytes, got an empty file`)
}

/** Throws unless the file holds exactly so many lines of each thread, those of each thread in order. */
export function verifyThreads(path, lines, counts) {
  const lineBytes = lines[0].length
  const found = counts.map(() => 0)
  const index = new Map(lines.flatMap(({ key }, thread) => [[key, thread]]))
  readFile(path, lineBytes * 1000, (block, at) => {
    for (let start = 0; start < block.length; start += lineBytes) {
      const thread = index.get(block.latin1Slice(start, start + lines[0].key.length))
      if (thread === undefined) throw new Error(`A broken line at byte ${at + start}`)
      const expected = lines[thread].cycle[found[thread] % lines[thread].cycle.length]
      if (expected.compare(block, start, start + lineBytes) !== 0) {
        throw new Error(`Thread ${thread}: not line ${found[thread]} at byte ${at + start}`)
      }
      found[thread]++
    }
  })
  for (const [thread, count] of counts.entries()) {
    if (found[thread] !== count)
      throw new Error(`Thread ${thread}: sent ${count} lines, found ${found[thread]}`)
  }
}

/** How many '\n' the file holds. */
export function countLines(path) {
  let lines = 0
  readFile(path, 1 << 20, (block) => {
    for (let at = block.indexOf(10); at !== -1; at = block.indexOf(10, at + 1)) lines++
  })
  return lines
}

function readFile(path, blockBytes, onBlock) {
  const fd = openSync(path, 'r')
  try {
    const { size } = fstatSync(fd)
    const block = Buffer.alloc(blockBytes)
    for (let at = 0; at < size;) {
      const bytes = readSync(fd, block, 0, blockBytes, at)
      if (bytes === 0) throw new Error('The file shrank while it was read')
      onBlock(block.subarray(0, bytes), at, size)
      at += bytes
    }
  } finally {
    closeSync(fd)
  }
}
