// Back-pressure for hosts that wait for a callback: says when a sender that must not block its event loop should pause. Lines go
// into the queue at once, so they survive whatever comes next; only what the host sends after them waits. Runs on the
// sender's thread.

import type { CreateWriterOptions, Writer } from '../../index.js'

/** The defaults of the writer. */
const QUEUE_LINES = 10_000
const QUEUE_BYTES: number = 4 * 1024 * 1024
/** The numbers of the queue are read when so much of it could have been filled since the last look. */
const LOOK_AFTER = 1 / 4
/** A pause begins when so much of the queue is full: what may come until the next look still has room. */
const PAUSE_AT = 1 / 2

/** Watches how full the queue of one writer is, which has no other senders. */
export class BackPressure {
  readonly #writer: Writer
  readonly #queueLines: number
  readonly #queueBytes: number
  #sentBytes = 0
  #linesSinceLook = 0
  #bytesAtLook = 0

  /** @param options those the writer was created with */
  constructor(writer: Writer, { policy = 'block', queueSize, queueBytes }: CreateWriterOptions) {
    const pauses = policy === 'block' // where lines are dropped instead, nobody waits
    this.#writer = writer
    this.#queueLines = pauses && queueSize !== 0 ? (queueSize ?? QUEUE_LINES) : Infinity
    this.#queueBytes = pauses ? (queueBytes ?? QUEUE_BYTES) : Infinity
  }

  /** The most bytes that a host should send in one piece, to leave room for them. */
  get pieceBytes(): number {
    return Math.max(1, Math.floor(this.#queueBytes * LOOK_AFTER))
  }

  /** After so many lines were sent: `null`, or a promise to wait for before more are sent. It always resolves. */
  sent(lines: number, bytes: number): Promise<void> | null {
    this.#sentBytes += bytes
    this.#linesSinceLook += lines
    const isLookDue =
      this.#linesSinceLook >= this.#queueLines * LOOK_AFTER ||
      this.#sentBytes - this.#bytesAtLook >= this.#queueBytes * LOOK_AFTER
    if (!isLookDue) return null
    this.#linesSinceLook = 0
    this.#bytesAtLook = this.#sentBytes
    const { pending, bytesWritten } = this.#writer.metrics.getSnapshot()
    const isCrowded =
      pending >= this.#queueLines * PAUSE_AT || this.#sentBytes - bytesWritten >= this.#queueBytes * PAUSE_AT
    return isCrowded ? this.#pause() : null
  }

  /** A flush that fails is one of a disk that takes nothing: the queue is as full as before. */
  async #pause(): Promise<void> {
    while (this.#writer.isRunning && !(await this.#writer.flush()));
  }
}
