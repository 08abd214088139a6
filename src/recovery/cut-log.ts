// Shortening a log during recovery: the allocated space behind the content of a memory-mapped one, and the piece of a
// line that a full disk left. Only bytes that the dead writer or this recovery put there are ever cut.

import { fstatSync, ftruncateSync, readSync } from 'node:fs'
import { NEWLINE } from '../constants.js'
import type { Consumer } from '../queue/consumer.js'
import { PAGE_BYTES } from '../queue/layout.js'
import { endsAt } from '../log/find-written.js'
import { WINDOW_BYTES } from '../log/mmap-sink.js'
import { withReader } from '../log/reader.js'
import { LogNotes, sinkStateIn } from '../memory/log-notes.js'
import type { MappedMemory } from '../memory/mapped-memory.js'

const COMPARE_BYTES: number = 64 * 1024

/**
 * Cuts a memory-mapped log where its writer had come to. If something else stands behind that place (another writer
 * appended, or it is another file), nothing is cut.
 * @param isSameFile false if it may be another file: then it must look as the writer left it
 * @param isAlone false if others may append at this very moment: then nothing is cut either
 */
export function cutTail(
  fd: number,
  memory: MappedMemory,
  consumer: Consumer,
  isSameFile: boolean,
  isAlone: boolean,
): void {
  const isResumed = consumer.resume()
  const end = isResumed ? consumer.current.position : sinkStateIn(memory.buffer).position
  const { size } = fstatSync(fd)
  if (size > end && isAlone) {
    withReader(fd, (reader) => {
      if (reader === null) throw new Error('the log may not be read, so nobody knows where it ends')
      const isOurs = isSameFile || isAsLeft(reader, end, size, isResumed ? consumer.piece() : [])
      if (isOurs && isLeftOver(reader, end, size, isResumed ? consumer.ranges() : [])) ftruncateSync(fd, end)
    })
  }
  new LogNotes(memory.buffer).noteCut() // from now on lines are appended: the noted end says nothing any more
}

/**
 * Takes back what was written of an unfinished line, so that what others write next does not stick to it. Where the log
 * cannot be cut (append-only, sealed) that fails, and the note says where the piece stands: the next recovery finds it.
 */
export function takePieceBack(fd: number, consumer: Consumer): void {
  const { position, done } = consumer.current
  if (fstatSync(fd).size !== position) return // not the end of the log
  consumer.restartLine(position)
  const piece = done - consumer.current.done
  consumer.restartLine(position - piece)
  // A recovery that is killed here is fine: the next one finds the piece where the note says.
  if (piece > 0) ftruncateSync(fd, position - piece)
}

/** True if the content of a copied or restored log ends where its writer had come to, and whole pages follow. */
function isAsLeft(reader: number, end: number, size: number, piece: readonly Uint8Array[]): boolean {
  if (size % PAGE_BYTES !== 0 || size - end > WINDOW_BYTES) return false
  return end === 0 || endsAt(reader, end, piece.length > 0 ? piece : LINE_END)
}

const LINE_END: readonly Uint8Array[] = [Uint8Array.of(NEWLINE)]

/** True if from `from` on there are only NULs, or a part of what was being copied there. */
function isLeftOver(reader: number, from: number, size: number, copied: readonly Uint8Array[]): boolean {
  let at = from
  for (const range of [...copied, EMPTY]) {
    const end = range === EMPTY ? size : Math.min(size, at + range.length)
    if (!isZeroOr(range, reader, at, end)) return false
    at = end
  }
  return true
}

const EMPTY = new Uint8Array(0)
const ZEROS: Buffer = Buffer.alloc(COMPARE_BYTES)

function isZeroOr(expected: Uint8Array, fd: number, from: number, to: number): boolean {
  const chunk = new Uint8Array(COMPARE_BYTES)
  for (let at = from; at < to;) {
    const got = readSync(fd, chunk, 0, Math.min(chunk.length, to - at), at)
    if (got === 0) return true
    const isZero = ZEROS.compare(chunk, 0, got, 0, got) === 0 // nearly always, and much faster
    if (!isZero && !isPartOf(chunk.subarray(0, got), expected.subarray(at - from))) return false
    at += got
  }
  return true
}

function isPartOf(bytes: Uint8Array, expected: Uint8Array): boolean {
  return bytes.every((byte, n) => byte === 0 || byte === expected[n])
}
