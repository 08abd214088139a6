// Where the lines of a chunk of bytes end.

import { NEWLINE } from '../constants.js'

/** Room for the ends of the lines of a usual chunk is used again; that for many more is not kept (256 KB). */
const MOST_KEPT: number = 64 * 1024
let keptEnds = new Int32Array(1024)

/** Behind each '\n' of the chunk, which must end with one. The result is good until the next call. */
export function lineEnds(chunk: Uint8Array): Int32Array {
  // The indexOf of a Buffer is a memchr; that of another Uint8Array looks at byte after byte.
  const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
  let ends = keptEnds
  let count = 0
  for (let start = 0; start < chunk.length; count++) {
    if (count === ends.length) ends = grown(ends)
    start = bytes.indexOf(NEWLINE, start) + 1
    ends[count] = start
  }
  if (count <= MOST_KEPT) keptEnds = ends
  return ends.subarray(0, count)
}

function grown(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2)
  larger.set(array)
  return larger
}
