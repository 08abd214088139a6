// Names and numbers that nothing else has. Not from node:crypto, which takes 4 ms to load: it does no harm to guess them.

import { threadId } from 'node:worker_threads'
import { process, wallTime } from './runtime.js'

/** Bits of an id that count the calls of one thread; those above tell the threads of a process apart. */
const COUNTER_BITS = 20
let calls = 0

/**
 * 16 hexadecimal digits that no other call returns, in no process of this machine. Unique within a process even where
 * tests have replaced Math.random and the clock.
 */
export function uniqueId(): string {
  const ofProcess = (Math.random() * 2 ** 32) ^ process.pid ^ wallTime()
  const ofCall = (threadId << COUNTER_BITS) + calls++
  return hex(ofProcess) + hex(ofCall)
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0')
}
