// The lines of the current tick, or of the batch that fills up: send() only puts a line here, where the queue certainly
// has room for it. Text is joined when the batch is handed over. Bytes are copied at once, because the caller may
// reuse its buffer. Either texts or bytes are staged, never both, so that their order is that of the calls.
//
// An exception may end a call at any point. A line counts as staged from the store that ends add(), and stays here
// until the queue has it: settle() finds out how much of an interrupted hand-over was published.

import { NEWLINE } from '../constants.js'
import { ChunkBatch, TextBatch, type Batch } from '../queue/batch.js'
import type { Lane } from '../queue/lane.js'
import { L_TAIL } from '../queue/layout.js'
import { MAX_BYTES_PER_UNIT } from '../queue/producer.js'
import { nextTick } from '../runtime.js'
import { bytesIn, type Line } from './lines.js'

/** Bytes that are staged, at most: larger lines are better copied into the queue at once. */
const BYTES_STAGED: number = 64 * 1024
/** Lines of bytes that are staged, at most. */
const ENDS_STAGED = 1024

/** What may be staged before the next commit: so many lines, and so many bytes of one form. */
export interface StagingRoom {
  readonly lines: number
  readonly bytes: number
}

/** Hands a batch to the queue; returns when the queue has it, or has refused it. */
export type PutBatch = (batch: Batch) => unknown

/** The lines that one thread has sent and not yet handed over. */
export class StagedLines {
  readonly #lane: Lane
  readonly #commit: () => void
  #texts: string[] = []
  #bytes: StagedBytes | null = null
  /** How many lines add() may still take. The line that completes a batch is handed over with it: see addLast(). */
  #roomLines = 0
  /** One of these two is 0. */
  #roomForText = 0
  #roomForBytes = 0
  #isCommitDue = false
  /** True while lines are handed over, and after that was cut short. */
  #isHandingOver = false
  /** The lane's TAIL when the last hand-over began. */
  #tailBefore = 0

  /** @param commit takes what is staged; called at the end of a tick */
  constructor(lane: Lane, commit: () => void) {
    this.#lane = lane
    this.#commit = commit
  }

  get length(): number {
    return this.#texts.length + (this.#bytes?.length ?? 0) - this.#published
  }

  /** False if there is no room for it here; then nothing has happened. */
  add(line: Line): boolean {
    if (typeof line !== 'string') return this.#addBytes(line)
    const most = line.length * MAX_BYTES_PER_UNIT + 1
    if (this.#roomLines <= 0 || most > this.#roomForText) return false
    if (!this.#isCommitDue) this.#commitAtEndOfTick()
    this.#texts.push(line)
    // No call from here on: the line is staged.
    this.#roomForText -= most
    this.#roomLines--
    return true
  }

  #addBytes(line: Uint8Array): boolean {
    if (this.#roomLines <= 0 || this.#roomForBytes === 0) return false
    if (!this.#isCommitDue) this.#commitAtEndOfTick()
    return this.#stageBytes(line)
  }

  /** True if the next line of text makes a batch of its own. */
  get isNextAlone(): boolean {
    return this.#roomLines === 0 && this.#roomForText > 0 && this.length === 0
  }

  /**
   * Takes room for a line of text that goes straight into the queue, so that what is staged afterwards has room, too. False if
   * it must not: there is none, or lines are staged that come before it.
   */
  takeRoom(line: string): boolean {
    const most = line.length * MAX_BYTES_PER_UNIT + 1
    if (this.#roomLines < 0 || most > this.#roomForText || this.length > 0) return false
    this.#roomForText -= most
    this.#roomLines--
    return true
  }

  /** After that: there is certainly room for one more line. */
  keepOpen(): void {
    if (this.#roomLines < 0) this.#roomLines = 0
  }

  /**
   * Stages the line that completes a batch, and hands the batch over. False if it completes none; then nothing has
   * happened. If it throws, this line was not sent, and the others are still staged.
   */
  addLast(line: Line, put: PutBatch): boolean {
    if (this.#roomLines !== 0) return false
    const { words } = this.#lane
    const lines = this.length + 1
    const tail = words[L_TAIL] as number
    if (!(typeof line === 'string' ? this.#stageText(line) : this.#stageBytes(line))) return false
    try {
      // no call between the line's being staged and this
      this.#handOver(put)
    } catch (error) {
      // No call in here: the stack may be full.
      if ((((words[L_TAIL] as number) - tail) | 0) < lines) {
        if (typeof line === 'string') this.#texts.length--
        else if (this.#bytes !== null) this.#bytes.count--
        throw error
      }
    }
    return true
  }

  /** Hands what is staged to `put`. False if nothing is. */
  handOver(put: PutBatch): boolean {
    this.settle()
    if (this.length === 0) return false
    this.#handOver(put)
    return true
  }

  /** After a hand-over that was cut short: forgets the lines that were published. */
  settle(): void {
    if (!this.#isHandingOver) return
    const published = this.#published
    const texts = this.#texts.slice(published)
    // No call from here on.
    if (this.#texts.length > 0) this.#texts = texts
    else if (this.#bytes !== null) this.#bytes.first += published
    this.#isHandingOver = false
  }

  /** From here on lines of this one form may be staged. Nothing is staged now. */
  open(room: StagingRoom, form: 'text' | 'bytes'): void {
    this.#roomLines = room.lines - 1
    this.#roomForText = form === 'text' ? room.bytes : 0
    this.#roomForBytes = form === 'bytes' ? room.bytes : 0
  }

  /** No line may be staged. */
  close(): void {
    this.#roomLines = -1
  }

  /** How many lines an interrupted hand-over has published. */
  get #published(): number {
    if (!this.#isHandingOver) return 0
    return ((this.#lane.words[L_TAIL] as number) - this.#tailBefore) | 0
  }

  #handOver(put: PutBatch): void {
    const batch = this.#texts.length > 0 ? new TextBatch(this.#texts) : this.#bytes?.batch()
    if (batch === undefined) return
    this.#tailBefore = this.#lane.words[L_TAIL] as number
    this.#isHandingOver = true
    put(batch)
    this.#texts = []
    if (this.#bytes !== null) this.#bytes.first = this.#bytes.count = 0
    this.#isHandingOver = false
  }

  /** No call follows the one that stores the line, so a line that is stored has taken its room. */
  #stageText(line: string): boolean {
    const most = line.length * MAX_BYTES_PER_UNIT + 1
    if (most > this.#roomForText) return false
    this.#texts.push(line)
    this.#roomForText -= most
    this.#roomLines--
    return true
  }

  /** As {@link #stageText}. */
  #stageBytes(line: Uint8Array): boolean {
    if (this.#roomForBytes === 0) return false
    const length = bytesIn(line)
    // What is empty may be no line at all: expectLine knows.
    if (length === 0 || length + 1 > this.#roomForBytes) return false
    this.#bytes ??= new StagedBytes()
    if (!this.#bytes.add(line, length)) return false
    this.#roomForBytes -= length + 1
    this.#roomLines--
    return true
  }

  #commitAtEndOfTick(): void {
    nextTick(this.#endOfTick)
    this.#isCommitDue = true
  }

  /** Created once, not at each tick. */
  readonly #endOfTick = (): void => {
    this.#isCommitDue = false
    this.#commit()
  }
}

/** Lines of bytes, one behind the other. */
class StagedBytes {
  readonly #bytes = new Uint8Array(BYTES_STAGED)
  readonly #ends = new Int32Array(ENDS_STAGED)
  /** Lines that were added. */
  count = 0
  /** The first that the queue does not have yet. */
  first = 0

  get length(): number {
    return this.count - this.first
  }

  /** False if there is no room for it. */
  add(line: Uint8Array, length: number): boolean {
    const at = this.count === 0 ? 0 : (this.#ends[this.count - 1] as number)
    const end = at + length + 1
    if (end > BYTES_STAGED || this.count === ENDS_STAGED) return false
    this.#bytes.set(line, at)
    this.#bytes[end - 1] = NEWLINE
    this.#ends[this.count] = end
    this.count++
    return true
  }

  batch(): Batch {
    return new ChunkBatch(this.#bytes, this.#ends.subarray(0, this.count), this.first)
  }
}
