// Starts the thread that compresses archives and ends it. Runs on the thread that owns the writer; has one thread at a time,
// and none while there is nothing to compress. It never keeps the process alive.

import { Worker } from 'node:worker_threads'
import { koffiFile } from '../../native/koffi.js'
import type { CompressionTask } from './compress-archive.js'
import { CANCELLED_AT, ENDED_AT, type CompressionJob, type CompressionReport } from './compression-thread.js'

/** Long enough to finish one piece and delete the temporary file; if it is not, the next start deletes that. */
const CANCEL_MS = 200
/** It holds one piece and its compressed form, outside of the heap. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 }

/** Compresses archives in the background. */
export class Compressor {
  readonly #script: string
  readonly #onReport: (report: CompressionReport) => void
  #running: Int32Array | null = null
  #next: readonly CompressionTask[] = []

  /**
   * @param script - a program that calls `runCompressionThread`
   * @param onReport - hears how each compression ended
   */
  constructor(script: string, onReport: (report: CompressionReport) => void) {
    this.#script = script
    this.#onReport = onReport
  }

  /**
   * Compresses these archives, in this order; if it is at work, afterwards and in place of others that wait. Throws where no
   * thread can be started.
   */
  compress(tasks: readonly CompressionTask[]): void {
    this.#next = tasks
    if (this.#running === null && tasks.length > 0) this.#start()
  }

  /** Cancels all, and waits until the thread has cleaned up, for some tenths of a second. */
  cancel(): void {
    this.#next = []
    const words = this.#running
    if (words === null) return
    Atomics.store(words, CANCELLED_AT, 1)
    Atomics.wait(words, ENDED_AT, 0, CANCEL_MS)
  }

  #start(): void {
    const signals = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT)
    const worker = new Worker(this.#script, {
      eval: true, // as the writer thread: Node's hooks for modules and --import do not see it
      name: 'choose-l2 compression',
      workerData: { tasks: this.#next, signals, koffi: koffiFile() } satisfies CompressionJob,
      execArgv: [],
      env: {},
      resourceLimits: RESOURCE_LIMITS,
    })
    this.#next = []
    this.#running = new Int32Array(signals)
    let failure: unknown
    worker.on('message', this.#onReport)
    worker.on('error', (error) => {
      failure = error
    })
    worker.on('exit', () => {
      this.#running = null
      const [task] = this.#next
      if (failure === undefined && task !== undefined) this.#start()
    })
    worker.unref()
  }
}
