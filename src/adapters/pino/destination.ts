// What pino writes to: the methods and events that it and its users know from sonic-boom, on a writer. Runs on the thread that
// logs. pino calls write() with one line that has its '\n'; cutting it off copies no text.

import { EventEmitter } from 'node:events'
import { setImmediate } from 'node:timers'
import { callbackify } from 'node:util'
import { createWriter, type CreateWriterOptions, type Writer } from '../../index.js'
import { BackPressure } from '../shared/back-pressure.js'

/** The events of a {@link Destination}. */
export interface DestinationEvents {
  /** The log is open. */
  ready: []
  /** `write` has returned false, and the queue has room again. */
  drain: []
  /** A line was not accepted: the policy dropped it, or it came after the end. */
  drop: [string]
  /** A write failed and is retried. Without a listener, it is a process warning. */
  error: [Error]
  /** After `end()`: the kernel has all lines. */
  finish: []
  /** The file is closed. */
  close: []
}

/**
 * A destination for pino, in place of `pino.destination()`.
 *
 * A line that comes after `end()`, as from a server that logs while it closes, is dropped with a 'drop' event: it never brings
 * the application down.
 */
export class Destination extends EventEmitter<DestinationEvents> {
  /** pino takes an object for a stream if this is true. */
  writable = true
  /** The writer behind it: its numbers, its events, and `rotate()`. */
  readonly writer: Writer
  readonly #pressure: BackPressure
  #isEnding = false
  #isPaused = false

  /** @internal Use {@link destination}. */
  constructor(writer: Writer, pressure: BackPressure) {
    super()
    this.writer = writer
    this.#pressure = pressure
    ;(this as EventEmitter).on('newListener', (event) => {
      if (event === 'error' && this.listenerCount('error') === 0) writer.on('error', this.#forwardError)
    })
    ;(this as EventEmitter).on('removeListener', (event) => {
      if (event === 'error' && this.listenerCount('error') === 0) writer.off('error', this.#forwardError)
    })
    writer.once('close', () => {
      this.writable = false
      this.emit('close')
    })
    setImmediate(() => this.emit('ready'))
  }

  /** Absolute path of the log, or `fd:<number>`. */
  get file(): string {
    return this.writer.path
  }

  /** True after `end()` or `destroy()`. */
  get destroyed(): boolean {
    return this.#isEnding
  }

  /** @returns false if the queue is filling up; then 'drain' follows. The line is accepted all the same. */
  write(line: string): boolean {
    if (!this.#accept(line)) {
      this.emit('drop', line)
      return !this.#isPaused
    }
    const pause = this.#pressure.sent(1, line.length)
    if (pause !== null && !this.#isPaused) {
      this.#isPaused = true
      void pause.then(() => {
        this.#isPaused = false
        this.emit('drain')
      })
    }
    return !this.#isPaused
  }

  #accept(line: string): boolean {
    if (this.#isEnding || !this.writer.isRunning) return false
    return this.writer.send(line.endsWith('\n') ? line.slice(0, -1) : line)
  }

  /** Calls back when everything written before is in the file, or with an error if the disk does not take it. */
  flush(callback: (error?: Error) => void = () => {}): void {
    callbackify(() => this.#flush())((error) => (error === null ? callback() : callback(error)))
  }

  async #flush(): Promise<void> {
    if (await this.writer.flush()) return
    throw new Error(`Could not flush ${this.writer.path} in time: its lines wait, and the write is retried`)
  }

  /** Blocks the thread until everything written before is in the file, or for 5 s at most. */
  flushSync(): void {
    this.writer.flushSync()
  }

  /** Opens the path again, after another program has renamed the log. */
  reopen(): void {
    this.writer.reopen().catch((error: Error) => this.#forwardError(error))
  }

  /** Accepts nothing more, writes what waits, closes the file: 'finish', then 'close'. */
  end(): void {
    this.#stop(true)
  }

  /** As {@link end}, without 'finish'. */
  destroy(): void {
    this.#stop(false)
  }

  #stop(finishes: boolean): void {
    if (this.#isEnding) return
    this.#isEnding = true
    this.writable = false
    if (finishes) this.writer.prependOnceListener('close', () => this.emit('finish'))
    this.writer.stop().catch((error: Error) => this.#forwardError(error))
  }

  readonly #forwardError = (error: Error): void => {
    if (this.listenerCount('error') > 0) this.emit('error', error)
    else process.emitWarning(error)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop(true)
    await this.writer.stop()
  }
}

/**
 * Opens a log for pino. Every line is handed over when the log call returns, and survives `process.exit()`, SIGTERM and
 * `kill -9`.
 *
 * @param path a path, a `file:` URL, or a file descriptor, as for `createWriter`
 * @param options those of `createWriter`
 * @throws ChooseL2Error as `createWriter`
 *
 * @example
 * ```js
 * import { pino } from 'pino'
 * import { destination } from 'choose-l2/pino'
 *
 * const logger = pino({ level: 'info' }, destination('app.log', { rotate: 'day 100MB' }))
 * logger.info('a line')
 * ```
 */
export function destination(path: string | URL | number, options: CreateWriterOptions = {}): Destination {
  const writer = createWriter(path, options)
  return new Destination(writer, new BackPressure(writer, options))
}
