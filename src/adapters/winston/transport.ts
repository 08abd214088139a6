// A transport for winston. Runs on the thread that logs. A line goes into the queue within the log call; only when the queue
// fills up, the callback waits, and winston's own buffer and back-pressure do the rest.

import { callbackify } from 'node:util'
import winston from 'winston'
import type TransportStream from 'winston-transport'
import { createWriter, type CreateWriterOptions, type Writer } from '../../index.js'
import { BackPressure } from '../shared/back-pressure.js'

/** The types of winston do not mention it. */
const Transport: typeof TransportStream = (winston as unknown as { Transport: typeof TransportStream })
  .Transport
/** Where winston's formats put the text of a line (the package triple-beam has the same symbol). */
const MESSAGE: unique symbol = Symbol.for('message') as never

/** The options of a writer, of a transport (`level`, `format`, `silent`, `handleExceptions`, ...), and the path. */
export interface ChooseL2TransportOptions
  extends CreateWriterOptions, Omit<TransportStream.TransportStreamOptions, 'log' | 'logv' | 'close'> {
  /** A path, a `file:` URL, or a file descriptor, as for `createWriter`. */
  readonly filename: string | URL | number
}

interface Info {
  readonly [MESSAGE]?: unknown
}

/**
 * A transport that writes to a log.
 *
 * @example
 * ```js
 * import winston from 'winston'
 * import { ChooseL2Transport } from 'choose-l2/winston'
 *
 * const logger = winston.createLogger({ transports: [new ChooseL2Transport({ filename: 'app.log', rotate: '100MB' })] })
 * logger.info('a line')
 * ```
 */
export class ChooseL2Transport extends Transport {
  /** How winston names it. */
  readonly name = 'choose-l2'
  /** The writer behind it: its numbers, its events, and `rotate()`. */
  readonly writer: Writer
  readonly #pressure: BackPressure
  /** @internal Set by winston when it handles an exception that ends the process. */
  _ending?: boolean
  /** @internal The logger, set by winston. */
  declare parent: { readonly exitOnError?: unknown } | null

  /** @throws ChooseL2Error as `createWriter` */
  constructor(options: ChooseL2TransportOptions) {
    const { filename, level, format, silent, handleExceptions, handleRejections, ...rest } = options
    const own = { level, format, silent, handleExceptions, handleRejections }
    const given = Object.entries(own).filter(([, value]) => value !== undefined)
    const writer = createWriter(filename, rest)
    super(Object.fromEntries(given))
    // winston's own _writev() calls back before the lines are taken. Without it, lines that waited come one by one.
    Object.assign(this, { _writev: undefined })
    this.writer = writer
    this.#pressure = new BackPressure(writer, rest)
  }

  /** @internal winston calls it with each line; `next` exactly once. */
  override log(info: Info, next: () => void): void {
    const pause = this.#send(info)
    if (pause === null) next()
    else callbackify(() => pause)(next)
  }

  /** @internal A format that throws costs its own line, not those after it. */
  override _write(info: unknown, encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    try {
      super._write(info, encoding, callback)
    } catch (error) {
      process.emitWarning(error as Error) // winston has called back
    }
  }

  /** @internal 'finish' comes when the kernel has all lines. */
  override _final(callback: (error?: Error | null) => void): void {
    callbackify(() => this.#stop())(callback)
  }

  /** Called by winston when the transport is removed, and when the logger is closed. */
  override close(): void {
    void this.writer.stop()
  }

  async #stop(): Promise<void> {
    if (await this.writer.stop()) return
    throw new Error(`Could not write all lines to ${this.writer.path} in time: is its disk stuck?`)
  }

  /** After the line of an exception, winston waits for 'finish', 3 s at most, to end the process. */
  #sayFinished(): void {
    if (this.parent?.exitOnError === true) void this.writer.flush().then(() => this.emit('finish'))
  }

  #send(info: Info): Promise<void> | null {
    if (!this.writer.isRunning) return null // a late log call must not bring the application down
    const text = String(info[MESSAGE])
    if (this.writer.send(text)) this.emit('logged', info)
    if (this._ending === true) this.#sayFinished()
    return this.#pressure.sent(1, text.length + 1)
  }
}
