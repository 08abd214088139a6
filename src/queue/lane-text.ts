// The text of a commit on its way into the ring of a lane: encoded with one call, and where each of its lines ends.
// Nothing is published here. Runs on the producer's thread.

import { NEWLINE } from '../constants.js'
import type { Lane } from './lane.js'

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
  if (room <= data.length - offset) {
    bytes = data.write(text, offset, room - 1)
  } else {
    const encoded = Buffer.from(text) // once in a revolution: the text may cross the end of the ring
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
