// Where the lines of a chunk of bytes end.

import { NEWLINE } from '../constants.js'

const FEW = 1024
/** Room for the ends of a usual chunk is used again; that for many more is not kept (256 KB). */
const MOST_KEPT: number = 64 * 1024
const NONE = new Int32Array(0)
/** Taken out while it is in use: a chunk that comes in between gets room of its own. */
let kept = NONE

/** Passes on where the lines of the chunk end, behind each '\n'; the chunk must end with one. Good until it returns. */
export function withLineEnds<T>(chunk: Uint8Array, use: (ends: Int32Array) => T): T {
  // The indexOf of a Buffer is a memchr; that of another Uint8Array looks at byte after byte.
  const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
  let ends = kept
  kept = NONE
  let count = 0
  for (let start = 0; start < bytes.length; count++) {
    if (count === ends.length) ends = grown(ends)
    start = bytes.indexOf(NEWLINE, start) + 1 || bytes.length // 0 if another thread changes a shared chunk
    ends[count] = start
  }
  try {
    return use(ends.subarray(0, count))
  } finally {
    if (ends.length <= MOST_KEPT) kept = ends
  }
}

function grown(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(Math.max(FEW, array.length * 2))
  larger.set(array)
  return larger
}
