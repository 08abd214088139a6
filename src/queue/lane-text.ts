// The text of a commit on its way into the ring of a lane: encoded with one call, and where each of its lines ends.
// Nothing is published here. Runs on the producer's thread.

import { transcode } from 'node:buffer'
import { NEWLINE } from '../constants.js'
import type { Lane } from './lane.js'

/** Before 14, V8 takes 3 ns for each character that it stores in two bytes; `transcode` (simdutf) a tenth of that. */
const CAN_TRANSCODE: boolean = typeof transcode === 'function' && Number.parseInt(process.versions.v8) < 14
/** It takes about 2 us more a call, because it makes a buffer. */
const TRANSCODE_FROM_UNITS = 4096

/** The lines with '\n' between them. A join of a single one would cost half as much as writing it. */
export function joinLines(lines: readonly string[]): string {
  return lines.length === 1 ? (lines[0] as string) : lines.join('\n')
}

/**
 * Writes `text`, the joined `lines`, with a last '\n' to byte position `start`, and notes the ends of its lines from
 * line `first` on. `room`: how many bytes are known to be free there, at least what it needs.
 * @returns the byte position behind it
 */
export function writeText(
  lane: Lane,
  first: number,
  start: number,
  text: string,
  lines: readonly string[],
  room: number,
): number {
  const { data, dataMask } = lane
  const offset = start & dataMask
  let bytes: number
  const isFaster = isFasterTranscoded(text)
  if (room <= data.length - offset && !isFaster) {
    bytes = data.write(text, offset, room - 1)
  } else {
    // Without transcode once in a revolution: the text may cross the end of the ring.
    const encoded = isFaster ? transcoded(text) : Buffer.from(text)
    bytes = encoded.length
    lane.copyTo(start, encoded)
  }
  data[(offset + bytes) & dataMask] = NEWLINE
  const isAscii = bytes === text.length
  if (!isAscii && offset + bytes < data.length) {
    const end = noteEndsIn(lane, first, start, data.subarray(offset, offset + bytes + 1), lines.length)
    if (end !== null) return end
  }
  return noteEnds(lane, first, start, lines, isAscii)
}

/** A long text that is stored in two bytes a character, on a V8 that is slow with those. */
function isFasterTranscoded(text: string): boolean {
  if (!CAN_TRANSCODE || text.length < TRANSCODE_FROM_UNITS) return false
  const step = text.length >>> 3
  for (let at = step >>> 1; at < text.length; at += step) if (text.charCodeAt(at) > 0xff) return true
  return false
}

function transcoded(text: string): Uint8Array {
  try {
    return transcode(Buffer.from(text, 'utf16le'), 'utf16le', 'utf8')
  } catch {
    return Buffer.from(text) // it refuses half of a surrogate pair, and this makes a U+FFFD of it
  }
}

/** From the lengths of the lines. */
function noteEnds(
  { ends, lineMask }: Lane,
  first: number,
  start: number,
  lines: readonly string[],
  isAscii: boolean,
): number {
  let line = first
  let end = start
  for (const content of lines) {
    end = (end + (isAscii ? content.length : Buffer.byteLength(content)) + 1) | 0
    ends[line & lineMask] = end
    line = (line + 1) | 0
  }
  return end
}

/**
 * From the bytes: for text that is not ASCII that takes a third of the time. Null if they do not tell, because a line
 * holds a '\n' itself.
 */
function noteEndsIn(
  { ends, lineMask }: Lane,
  first: number,
  start: number,
  chunk: Buffer,
  lines: number,
): number | null {
  let end = 0
  for (let n = 0; n < lines; n++) {
    end = chunk.indexOf(NEWLINE, end) + 1
    ends[(first + n) & lineMask] = start + end
  }
  return end === chunk.length ? (start + end) | 0 : null
}
