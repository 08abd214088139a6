// The text that appears in the log where lines were dropped. A template, so that the consumer, a thread that takes
// over and a later process can all make the same bytes from three numbers.

import { isoTime } from '../runtime.js'
import { crc32 } from './crc32.js'
import { MARKER_OFFSET } from './layout.js'

/** A gap in the log. */
export interface Gap {
  /** How many lines were dropped. */
  readonly lines: number
  /** When the first and the last of them were dropped, in milliseconds since 1970. */
  readonly from: number
  readonly to: number
}

const TEXT_OFFSET = 8
/** The longest template, in bytes. */
export const LONGEST_MARKER = 4000

/** The marker for a gap, with its '\n'. */
export function formatMarker(template: string, { lines, from, to }: Gap): Buffer {
  const values: Readonly<Record<string, string>> = {
    lines: String(lines),
    from: isoTime(from),
    to: isoTime(to),
    ms: String(Math.max(0, to - from)),
  }
  const text = template.replaceAll(/\{(lines|from|to|ms)\}/g, (_, name: string) => values[name] ?? '')
  return Buffer.from(`${text}\n`)
}

/** Puts the template where every thread and a later process find it: its length, a CRC-32 of it, then its text. */
export function writeMarker(buffer: ArrayBufferLike, template: string | null): void {
  if (template === null) return
  const words = new Int32Array(buffer, MARKER_OFFSET, 2)
  const length = textIn(buffer, LONGEST_MARKER).write(template)
  words[1] = crc32(textIn(buffer, length)) | 0
  words[0] = length
}

/** False if a bit of the template is not as it was written. */
export function isMarkerSound(buffer: ArrayBufferLike): boolean {
  const [length = 0, check = 0] = new Int32Array(buffer, MARKER_OFFSET, 2)
  return length >= 0 && length <= LONGEST_MARKER && (crc32(textIn(buffer, length)) | 0) === check
}

/** The template of this queue, or null. */
export function readMarker(buffer: ArrayBufferLike): string | null {
  const [length = 0] = new Int32Array(buffer, MARKER_OFFSET, 1)
  return length === 0 ? null : textIn(buffer, length).toString()
}

function textIn(buffer: ArrayBufferLike, length: number): Buffer {
  return Buffer.from(buffer, MARKER_OFFSET + TEXT_OFFSET, length)
}
