// Gives whole lines to the writer. Under the policy `block` it never lets a send block: then no signal could be
// handled and no live line drawn. It counts what waits and sends only what has room; for the rest it waits on
// the event loop, while nothing is read.

import { QueuePolicy, type BaseFileWriterThread } from '../../index.js'
import { NEWLINE } from '../../line-assembler.js'
import type { EndPatience } from './end-patience.js'
import type { Settings } from './options.js'

/** Sends blocks of whole lines, each ended by '\n'. */
export class Feeder {
  readonly #writer: BaseFileWriterThread
  readonly #patience: EndPatience
  readonly #waits: boolean
  readonly #queueBytes: number
  readonly #queueLines: number
  #sentBytes = 0
  #waitedMs = 0
  #unsentLines = 0

  constructor(
    writer: BaseFileWriterThread,
    patience: EndPatience,
    { policy, queueSize, queueBytes }: Settings['writer'],
  ) {
    this.#writer = writer
    this.#patience = patience
    this.#waits = policy === QueuePolicy.BLOCK
    this.#queueBytes = queueBytes
    // Without a limit, lines of less than 8 bytes count as 8.
    this.#queueLines = queueSize === 0 ? Math.max(1, Math.floor(queueBytes / 8) - 1) : queueSize
  }

  /** Milliseconds that reading stood still because the queue was full. */
  get waitedMs(): number {
    return this.#waitedMs
  }

  /** Lines that never got into the queue because it was full when the patience ended. */
  get unsentLines(): number {
    return this.#unsentLines
  }

  /** Sends the lines; a promise = they had no room, and it is settled as soon as they had. */
  feed(blocks: readonly Uint8Array[]): Promise<void> | undefined {
    for (const [n, lines] of blocks.entries()) {
      if (!this.#waits) {
        this.#writer.sendLines(lines)
        continue
      }
      const sent = this.#sendWhatFits(lines, 0)
      if (sent < lines.length) return this.#sendRest(lines, sent).then(() => this.feed(blocks.slice(n + 1)))
    }
    return undefined
  }

  async #sendRest(lines: Uint8Array, from: number): Promise<void> {
    const start = performance.now()
    let sent = from
    while (sent < lines.length) {
      const outcome = await this.#patience.wait((ms) => this.#writer.flush(ms))
      sent = this.#sendWhatFits(lines, sent)
      if (outcome !== 'over') continue
      this.#unsentLines += countLines(lines, sent, lines.length, Infinity).lines
      break
    }
    this.#waitedMs += performance.now() - start
  }

  /** Returns up to where the bytes are sent. */
  #sendWhatFits(lines: Uint8Array, from: number): number {
    let sent = from
    while (sent < lines.length) {
      const to = this.#fitting(lines, sent)
      if (to === sent) break
      const part = sent === 0 && to === lines.length ? lines : lines.subarray(sent, to)
      this.#writer.sendLines(part)
      this.#sentBytes += part.length
      sent = to
    }
    return sent
  }

  /** The end of the last line, from `from` on, that has room now; `from` itself if none has. */
  #fitting(lines: Uint8Array, from: number): number {
    const { bytesWritten, pending } = this.#writer.metrics.getSnapshot()
    const roomBytes = this.#queueBytes - (this.#sentBytes - bytesWritten)
    const roomLines = this.#queueLines - pending
    let to = lines.length
    if (to - from > roomBytes) {
      to = roomBytes <= 0 ? from : Math.max(from, lines.lastIndexOf(NEWLINE, from + roomBytes - 1) + 1)
      // A line larger than the whole queue goes alone, when nothing else waits.
      if (to === from && pending === 0) to = lines.indexOf(NEWLINE, from) + 1
    }
    if (to - from <= roomLines) return to // a line has a byte at least
    return countLines(lines, from, to, roomLines).end
  }
}

/** Counts the lines between two places, at most so many, and tells where the last of them ends. */
function countLines(
  bytes: Uint8Array,
  from: number,
  to: number,
  most: number,
): { lines: number; end: number } {
  let lines = 0
  let end = from
  while (lines < most && end < to) {
    end = bytes.indexOf(NEWLINE, end) + 1
    lines++
  }
  return { lines, end }
}
