// Standard output for a command that prints much: it waits for the reader, and notices that the reader has gone.

import { CommandError, ExitCode } from './errors.js'

/** What the system says to a write that nobody will read. */
const GONE: ReadonlySet<string | undefined> = new Set(['EPIPE', 'ECONNRESET'])

/** Writes to a stream, one piece at a time. */
export class Output {
  readonly #stream: NodeJS.WritableStream
  #isGone = false

  constructor(stream: NodeJS.WritableStream) {
    this.#stream = stream
    stream.on('error', () => {}) // the call that wrote hears of it
  }

  /** The reader has closed the pipe: `head` has its lines. Whatever is written then is for nobody. */
  get isGone(): boolean {
    return this.#isGone
  }

  /** Resolves when the stream has taken the bytes; they may be used again then. Throws CommandError, as on a full disk. */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#isGone || bytes.length === 0) return
    const error = await new Promise<Error | null | undefined>((resolve) => {
      this.#stream.write(bytes, resolve)
    })
    if (error === null || error === undefined) return
    if (!GONE.has((error as NodeJS.ErrnoException).code))
      throw new CommandError(ExitCode.INCOMPLETE, `Could not write: ${error.message}`, { cause: error })
    this.#isGone = true
  }
}
