// What the owner's thread does for the files of a log: it compresses archives, makes the next header, and hears the signals
// that rotate or reopen. Everything else about files is done by the thread that writes.

import { isMainThread } from 'node:worker_threads'
import { BACKGROUND_SCRIPT } from '../background-script.js'
import { invalid } from '../expect.js'
import type { CompressionTask } from '../log/rotation/compress-archive.js'
import { Compressor } from '../log/rotation/compressor.js'
import { renewHeader } from '../log/start-live.js'
import { queueFolder } from '../memory/queue-file.js'
import type { ResolvedOptions } from '../options.js'
import { registerForExit, type Finishable } from '../process/exit.js'
import { onSignals } from '../process/on-signal.js'
import type { WriterParts } from './assembly.js'

/** What the writer does about it. */
export interface FilesListener {
  /** A signal asks for this. */
  readonly onSignal: (request: 'rotate' | 'reopen') => void
  /** Lines are not affected. */
  readonly onTrouble: (error: unknown) => void
}

/** Throws where the options need signals, and there are none; call before any file is touched. */
export function expectSignals({ rotateOn, reopenOn }: ResolvedOptions): void {
  const [name, signals] = rotateOn.length > 0 ? ['rotateOn', rotateOn] : ['reopen', reopenOn]
  if (signals.length > 0 && !isMainThread)
    throw invalid(name, 'to be set on the main thread only, as no other one hears signals', signals)
}

/** The files of one writer. */
export class WriterFiles implements Finishable {
  readonly handlesSignals = false
  readonly isFinishedLast = true
  readonly isHanging = false
  readonly #parts: WriterParts
  readonly #listener: FilesListener
  readonly #compressor: Compressor | null
  readonly #endSignals: () => void
  #isRegistered = false

  constructor(parts: WriterParts, listener: FilesListener) {
    const { options, log } = parts
    this.#parts = parts
    this.#listener = listener
    const live = log.handle.live
    const archives = [log.path, live?.options.path ?? log.path].map((path) => ({
      log: path,
      queueFolder: queueFolder(path, options.queueDir),
    }))
    this.#compressor =
      live?.is === 'rotating' && options.rotate?.compression !== null
        ? new Compressor(`${BACKGROUND_SCRIPT}\nchooseL2.runCompression()`, archives, ({ error }) => {
            if (error !== undefined) listener.onTrouble(error)
          })
        : null
    const endRotating = onSignals(options.rotateOn, () => listener.onSignal('rotate'))
    const endReopening = onSignals(options.reopenOn, () => listener.onSignal('reopen'))
    this.#endSignals = () => {
      endRotating()
      endReopening()
    }
  }

  /** The log was rotated. */
  rotated(tasks: readonly CompressionTask[]): void {
    const { header } = this.#parts.queue.started
    const { rotate } = this.#parts.options
    if (header !== null && rotate !== null) this.#try(() => void renewHeader(header, rotate.header))
    this.compress(tasks)
  }

  /** In the background. */
  compress(tasks: readonly CompressionTask[]): void {
    const compressor = this.#compressor
    if (compressor === null || tasks.length === 0) return
    if (!this.#isRegistered) registerForExit(this)
    this.#isRegistered = true
    this.#try(() => compressor.compress(tasks))
  }

  /** Settles when nothing is compressed any more; call after {@link end}. */
  async ended(): Promise<void> {
    await this.#compressor?.ended()
  }

  /** The writer has ended. What is not compressed is for the next start. */
  end(): void {
    this.#endSignals()
    this.#compressor?.cancel()
  }

  handOver(): void {}

  beginExit(): void {
    this.#compressor?.cancel()
  }

  continueExit(): boolean {
    this.#compressor?.cancelSync()
    return true
  }

  #try(call: () => void): void {
    try {
      call()
    } catch (error) {
      this.#listener.onTrouble(error)
    }
  }
}
