// The lines of the current tick, or of the batch that fills up: send() only puts a line here, where the queue certainly
// has room for it. Text is kept as it comes and joined by the commit. Bytes are copied at once, because the caller may
// use its buffer again. Either texts or bytes are staged, never both, so that their order is that of the calls.

import { NEWLINE } from '../constants.js'
import { ChunkBatch, TextBatch, type Batch } from '../queue/batch.js'
import { MAX_BYTES_PER_UNIT } from '../queue/producer.js'
import { bytesIn, type Line } from './lines.js'
import { nextTick } from '../runtime.js'

/** Bytes that are staged, at most: larger lines are better copied into the queue at once. */
const BYTES_STAGED: number = 64 * 1024
/** Lines of bytes that are staged, at most. */
const ENDS_STAGED = 1024

/** What may be staged before the next commit: so many lines, and so many bytes of one form. */
export interface Room {
  readonly lines: number
  readonly bytes: number
}

/** The lines that one thread has sent and not yet handed over. */
export class StagedLines {
  readonly #commit: () => void
  #texts: string[] = []
  #bytes: StagedBytes | null = null
  #roomLines = 0
  /** One of these two is 0. */
  #roomForText = 0
  #roomForBytes = 0
  #isCommitDue = false

  /** @param commit takes what is staged; called when there is no room for a further line, and at the end of a tick */
  constructor(commit: () => void) {
    this.#commit = commit
  }

  get length(): number {
    return this.#texts.length + (this.#bytes?.length ?? 0)
  }

  /** False if there is no room for it here; then nothing has happened. */
  add(line: Line): boolean {
    if (this.#roomLines === 0) return false
    if (typeof line === 'string') {
      const most = line.length * MAX_BYTES_PER_UNIT + 1
      if (most > this.#roomForText) return false
      this.#roomForText -= most
      this.#texts.push(line)
    } else if (this.#roomForBytes === 0 || !this.#addBytes(line)) {
      return false
    }
    if (--this.#roomLines === 0) this.#commit()
    else if (!this.#isCommitDue) this.#commitAtEndOfTick()
    return true
  }

  /** Hands what is staged to `put`, which may not return before the queue has it, or has refused it. */
  handOver(put: (batch: Batch) => void): void {
    if (this.#texts.length > 0) {
      const texts = this.#texts
      this.#texts = []
      put(new TextBatch(texts))
    } else if (this.#bytes !== null && this.#bytes.length > 0) {
      this.#bytes.handOver(put)
    }
  }

  /** From here on lines of this one form may be staged. Nothing is staged now. */
  open(room: Room, form: 'text' | 'bytes'): void {
    this.#roomLines = room.lines
    this.#roomForText = form === 'text' ? room.bytes : 0
    this.#roomForBytes = form === 'bytes' ? room.bytes : 0
  }

  /** No line may be staged. */
  close(): void {
    this.#roomLines = 0
  }

  #addBytes(line: Uint8Array): boolean {
    const length = bytesIn(line)
    // What is empty may be no line at all: expectLine knows.
    if (length === 0 || length + 1 > this.#roomForBytes) return false
    this.#bytes ??= new StagedBytes()
    if (!this.#bytes.add(line, length)) return false
    this.#roomForBytes -= length + 1
    return true
  }

  #commitAtEndOfTick(): void {
    this.#isCommitDue = true
    nextTick(this.#endOfTick)
  }

  /** Made once, not at each tick. */
  readonly #endOfTick = (): void => {
    this.#isCommitDue = false
    this.#commit()
  }
}

/** Lines of bytes, one behind the other. */
class StagedBytes {
  readonly #bytes = new Uint8Array(BYTES_STAGED)
  readonly #ends = new Int32Array(ENDS_STAGED)
  #used = 0
  #count = 0
  /** True while the queue copies them: a commit that comes in between, before a signal, finds nothing staged. */
  #isHandedOver = false

  get length(): number {
    return this.#isHandedOver ? 0 : this.#count
  }

  /** False if there is no room for it. */
  add(line: Uint8Array, length: number): boolean {
    const at = this.#used
    const end = at + length + 1
    if (end > BYTES_STAGED || this.#count === ENDS_STAGED || this.#isHandedOver) return false
    this.#bytes.set(line, at)
    this.#bytes[end - 1] = NEWLINE
    this.#ends[this.#count++] = end
    this.#used = end
    return true
  }

  handOver(put: (batch: Batch) => void): void {
    this.#isHandedOver = true
    try {
      put(new ChunkBatch(this.#bytes.subarray(0, this.#used), this.#ends.subarray(0, this.#count)))
    } finally {
      this.#isHandedOver = false
      this.#used = 0
      this.#count = 0
    }
  }
}
