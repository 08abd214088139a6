// A log as a Writable of Node: for pipe(), `new Console(stream)`, and every host that takes a stream. Runs on the thread that
// creates it. A chunk goes into the queue at once, so it survives process.exit(). Only when the queue fills up, the callback of
// a chunk waits: then the stream's own buffer fills, write() returns false, and 'drain' follows.

import { Writable } from 'node:stream'
import { callbackify } from 'node:util'
import { ChooseL2Error, createWriter, type CreateWriterOptions, type Writer } from '../../index.js'
import { LineAssembler, NEWLINE } from '../../line-assembler.js'
import { BackPressure } from '../shared/back-pressure.js'

/** The options of a writer, and one of the stream. */
export interface LogStreamOptions extends CreateWriterOptions {
  /** Bytes that may wait in the stream, besides those in the queue, before `write` returns false. Default: 64 KiB. */
  readonly highWaterMark?: number
}

type Callback = (error?: Error | null) => void

export const HIGH_WATER_MARK: number = 64 * 1024

/**
 * A stream whose chunks are split at `'\n'`: each line is a line of the log, however the chunks are cut. 'finish' comes when
 * the kernel has all lines and the file is closed. What is written to the log is retried until it succeeds, so a full disk is
 * no 'error' of the stream; the writer has an event for that.
 */
export class LogStream extends Writable {
  /** The writer behind the stream: its numbers, its events, and `rotate()`. */
  readonly writer: Writer
  readonly #lines = new LineAssembler()
  readonly #pressure: BackPressure

  /** @internal Use {@link createWriteStream}. */
  constructor(writer: Writer, pressure: BackPressure, highWaterMark: number) {
    super({ decodeStrings: false, highWaterMark })
    this.writer = writer
    this.#pressure = pressure
    writer.once('close', () => this.#writerClosed())
  }

  /** @internal */
  override _write(chunk: string | Uint8Array, encoding: BufferEncoding, callback: Callback): void {
    try {
      const blocks = this.#lines.push(toBuffer(chunk, encoding))
      const pause = this.#sendBlocks(blocks)
      if (pause === null) callback()
      else callbackify(() => pause)(callback)
    } catch (error) {
      callback(error as Error)
    }
  }

  /** @internal A last line without its end gets one. */
  override _final(callback: Callback): void {
    callbackify(() => this.#end())(callback)
  }

  /** @internal The lines that the queue has are written; what waits in the stream is given up, as with every stream. */
  override _destroy(error: Error | null, callback: Callback): void {
    callbackify(() => this.#stop())((stopError) => callback(error ?? stopError))
  }

  async #end(): Promise<void> {
    await this.#sendBlocks(this.#lines.end())
    await this.#stop()
  }

  /** Sends blocks of whole lines. `null`, or a promise to wait for: then the rest follows, or the queue is crowded. */
  #sendBlocks(blocks: readonly Uint8Array[]): Promise<void> | null {
    let pause: Promise<void> | null = null
    for (const block of blocks) {
      pause = pause === null ? this.#sendBlock(block) : pause.then(() => this.#sendBlock(block) ?? undefined)
    }
    return pause
  }

  #sendBlock(block: Uint8Array): Promise<void> | null {
    const end = endOfPiece(block, this.#pressure.pieceBytes)
    const lines = this.writer.sendLines(block.subarray(0, end))
    const pause = this.#pressure.sent(lines, end)
    if (end === block.length) return pause
    const rest = block.subarray(end)
    return (pause ?? Promise.resolve()).then(() => this.#sendBlock(rest) ?? undefined)
  }

  async #stop(): Promise<void> {
    if (await this.writer.stop()) return
    const { path, metrics } = this.writer
    const message = `Could not write ${metrics.pending} lines to ${path} in time: is its disk or its reader stuck?`
    throw new ChooseL2Error('ERR_WRITE_FAILED', `${message} The writer goes on trying`)
  }

  /** Not by us: the reader of a pipe is gone, or the application has stopped the writer. */
  #writerClosed(): void {
    if (this.writableEnded || this.destroyed) return
    this.destroy(
      new ChooseL2Error(
        'ERR_WRITER_CLOSED',
        `Expected an open writer, but that of ${this.writer.path} has ended`,
      ),
    )
  }
}

/**
 * Opens a log as a stream of Node.
 *
 * @param path a path, a `file:` URL, or a file descriptor, as for `createWriter`
 * @throws ChooseL2Error as `createWriter`
 *
 * @example
 * ```js
 * import { createWriteStream } from 'choose-l2/stream'
 *
 * const stream = createWriteStream('app.log')
 * const logger = new console.Console(stream)
 * logger.log('a line')
 * stream.end()
 * ```
 */
export function createWriteStream(path: string | URL | number, options: LogStreamOptions = {}): LogStream {
  const { highWaterMark = HIGH_WATER_MARK, ...rest } = options
  const writer = createWriter(path, rest)
  return new LogStream(writer, new BackPressure(writer, rest), highWaterMark)
}

/** Where the first lines of a block end that together are about so long; a longer line is a piece of its own. */
function endOfPiece(block: Uint8Array, bytes: number): number {
  if (block.length <= bytes) return block.length
  const end = block.lastIndexOf(NEWLINE, bytes - 1) + 1
  return end > 0 ? end : block.indexOf(NEWLINE) + 1
}

function toBuffer(chunk: string | Uint8Array, encoding: BufferEncoding): Buffer {
  if (typeof chunk === 'string') return Buffer.from(chunk, encoding)
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
}
