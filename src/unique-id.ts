// Names and numbers that nothing else has. Not from node:crypto, which takes 4 ms to load: nobody has to be unable to
// guess them.

import { process } from './runtime.js'

/** 16 hexadecimal digits that no other call returns, in no process of this machine. */
export function uniqueId(): string {
  // Half of them differ where tests of an application have replaced Math.random.
  const random = (Math.random() * 2 ** 32) ^ process.pid
  const ns = process.hrtime.bigint()
  return hex(random >>> 0) + hex(Number(ns & 0xffff_ffffn))
}

function hex(word: number): string {
  return word.toString(16).padStart(8, '0')
}
