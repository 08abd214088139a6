// What a line may be, and small questions about one. Bytes from outside can be more than they seem: a subclass or an
// own property may answer `length` with anything, and a view can lose its buffer. So lengths are read with the getter
// of the language, and only plain views, with a fixed length, go on from here.

import { types } from 'node:util'
import { NEWLINE } from '../constants.js'
import { ChooseL2Error } from '../errors.js'
import { invalid } from '../expect.js'
import { BytesLine, TextBatch, type Batch } from '../queue/batch.js'

/** A line of text or of bytes, without its '\n'. */
export type Line = string | Uint8Array

type Intrinsics = Readonly<Record<'length' | 'buffer' | 'byteOffset', { get(this: Uint8Array): unknown }>>
const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object
const intrinsics = Object.getOwnPropertyDescriptors(typedArray) as Intrinsics & {
  readonly at: { value(this: Uint8Array, index: number): unknown }
}
// oxlint-disable typescript/unbound-method -- called with their view below
const getLength = intrinsics.length.get as (this: Uint8Array) => number
const getBuffer = intrinsics.buffer.get as (this: Uint8Array) => ArrayBufferLike
const getByteOffset = intrinsics.byteOffset.get as (this: Uint8Array) => number
const at = intrinsics.at.value
// oxlint-enable typescript/unbound-method

/** The bytes of a line that may be anything, as a caller in JavaScript passes it; 0 if it is no Uint8Array. */
export function bytesIn(line: unknown): number {
  return types.isUint8Array(line) ? getLength.call(line) : 0
}

/** The line, its bytes as a plain view. Throws for anything that is not a line. */
export function expectLine(line: unknown, name = 'line'): Line {
  if (typeof line === 'string') return line
  if (types.isUint8Array(line)) return plain(line, name)
  throw invalid(name, 'to be a string or a Uint8Array', line, conversionAdvice(line))
}

/** The chunk as a plain view. Throws if its last line does not end. */
export function expectWholeLines(chunk: unknown): Uint8Array {
  if (!types.isUint8Array(chunk)) {
    throw invalid('chunk', 'to be a Uint8Array, such as Buffer.from(text)', chunk, conversionAdvice(chunk))
  }
  const bytes = plain(chunk, 'chunk')
  if (bytes.length > 0 && bytes[bytes.length - 1] !== NEWLINE) {
    throw invalid('chunk', "to end with '\\n'", `…${String.fromCharCode(...bytes.subarray(-10))}`)
  }
  return bytes
}

/** How other forms of binary data become the one that is taken. */
function conversionAdvice(value: unknown): string {
  if (types.isAnyArrayBuffer(value)) return '. Pass new Uint8Array(buffer)'
  if (ArrayBuffer.isView(value)) return '. Pass new Uint8Array(view.buffer, view.byteOffset, view.byteLength)'
  return ''
}

/** A view whose length nobody but us has a say in; the view itself where that is so. */
function plain(bytes: Uint8Array, name: string): Uint8Array {
  const length = getLength.call(bytes)
  if (length === 0) expectBuffer(bytes, name)
  const buffer = getBuffer.call(bytes)
  const prototype: unknown = Object.getPrototypeOf(bytes)
  const isPlain = prototype === Buffer.prototype || prototype === Uint8Array.prototype
  if (isPlain && !Object.hasOwn(bytes, 'length') && !canResize(buffer)) return bytes
  return new Uint8Array(buffer, getByteOffset.call(bytes), length)
}

/** Throws if the view has lost its buffer, or the part of it that it looked at. Such a view says that it is empty. */
function expectBuffer(bytes: Uint8Array, name: string): void {
  try {
    at.call(bytes, 0)
  } catch (cause) {
    const expected = `Expected ${name} to be a Uint8Array with its bytes, got one whose ArrayBuffer was `
    const message = `${expected}transferred to another thread or made smaller. Send it before, or send a copy`
    throw new ChooseL2Error('ERR_INVALID_ARGUMENT', message, { cause })
  }
}

/** A view of it may have another length at the next look. */
function canResize(buffer: { readonly resizable?: boolean; readonly growable?: boolean }): boolean {
  return buffer.resizable === true || buffer.growable === true
}

/** One line as a batch. */
export function batchOf(line: Line): Batch {
  return typeof line === 'string' ? new TextBatch([line]) : new BytesLine(line)
}

/** The bytes of a line. */
export function toBytes(line: Line): Uint8Array {
  return typeof line === 'string' ? Buffer.from(line) : line
}

/** Bytes it takes in the queue, its '\n' included. */
export function sizeOf(line: Line): number {
  return (typeof line === 'string' ? Buffer.byteLength(line) : line.length) + 1
}

/** The error for a line that comes too late. */
export function closedError(): ChooseL2Error {
  return new ChooseL2Error(
    'ERR_WRITER_CLOSED',
    'Expected an open writer, but it was stopped: send nothing after stop()',
  )
}

/** The error for a method that was called without its object, as in `const { send } = writer`. */
export function unboundError(method: string, owner: string): ChooseL2Error {
  return new ChooseL2Error(
    'ERR_INVALID_ARGUMENT',
    `Expected ${method} to be called on its ${owner}, got it alone: call ${owner}.${method}(...), ` +
      `or keep ${owner}.${method}.bind(${owner})`,
  )
}
