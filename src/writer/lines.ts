// What a line may be, and small questions about one.

import { NEWLINE } from '../constants.js'
import { ChooseL2Error } from '../errors.js'
import { invalid } from '../options.js'
import { BytesLine, TextBatch, type Batch } from '../queue/batch.js'

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

/** Throws for a chunk whose last line does not end. */
export function expectWholeLines(chunk: unknown): asserts chunk is Uint8Array {
  if (!(chunk instanceof Uint8Array)) {
    throw invalid('chunk', 'to be a Uint8Array, such as Buffer.from(text)', chunk)
  }
  if (chunk.length > 0 && chunk[chunk.length - 1] !== NEWLINE) {
    throw invalid('chunk', "to end with '\\n'", `…${String.fromCharCode(...chunk.subarray(-10))}`)
  }
}

/** The error for a line that comes too late. */
export function closedError(): ChooseL2Error {
  return new ChooseL2Error(
    'ERR_WRITER_CLOSED',
    'Expected an open writer, but it was stopped: send nothing after stop()',
  )
}
