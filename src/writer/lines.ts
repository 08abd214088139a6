// What a line may be, and small questions about one.

import { NEWLINE } from '../constants.js'
import { ChooseL2Error } from '../errors.js'
import { invalid } from '../options.js'
import { BytesLine, TextBatch, type Batch } from '../queue/batch.js'

/** So far a loop finds the end of a line faster than a call of indexOf (measured with lines of 2 and 141 bytes). */
const NEAR_BYTES = 64

/** A line of text or of bytes, without its '\n'. */
export type Line = string | Uint8Array

/** One line as a batch. */
export function batchOf(line: Line): Batch {
  return typeof line === 'string' ? new TextBatch([line]) : new BytesLine(line)
}

/** Throws for anything that is not a line. */
export function expectLine(line: unknown): asserts line is Line {
  if (typeof line === 'string' || line instanceof Uint8Array) return
  throw invalid('line', 'to be a string or a Uint8Array', line)
}

/** The bytes of a line. */
export function toBytes(line: Line): Uint8Array {
  return typeof line === 'string' ? Buffer.from(line) : line
}

/** Bytes it takes in the queue, its '\n' included. */
export function sizeOf(line: Line): number {
  return (typeof line === 'string' ? Buffer.byteLength(line) : line.length) + 1
}

/**
 * Where in the chunk each line ends, its '\n' included. Throws if the last one does not end. The result is good until
 * the next call.
 */
export function lineEnds(chunk: Uint8Array): Int32Array {
  if (chunk.length > 0 && chunk[chunk.length - 1] !== NEWLINE) {
    throw invalid('chunk', "to end with '\\n'", `…${String.fromCharCode(...chunk.subarray(-10))}`)
  }
  let ends = keptEnds
  let count = 0
  for (let start = 0; start < chunk.length; count++) {
    if (count === ends.length) ends = grown(ends)
    start = lineEnd(chunk, start)
    ends[count] = start
  }
  if (count <= MOST_KEPT) keptEnds = ends
  return ends.subarray(0, count)
}

/** Room for the ends of the lines of a usual chunk is used again; that for many more is not kept (256 KB). */
const MOST_KEPT: number = 64 * 1024
let keptEnds = new Int32Array(1024)

function grown(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2)
  larger.set(array)
  return larger
}

/** Behind the first '\n' from `start` on; the chunk ends with one. */
function lineEnd(chunk: Uint8Array, start: number): number {
  const near = Math.min(start + NEAR_BYTES, chunk.length)
  for (let at = start; at < near; at++) if (chunk[at] === NEWLINE) return at + 1
  return chunk.indexOf(NEWLINE, near) + 1
}

/** The error for a line that comes too late. */
export function closedError(): ChooseL2Error {
  return new ChooseL2Error(
    'ERR_WRITER_CLOSED',
    'Expected an open writer, but it was stopped: send nothing after stop()',
  )
}
