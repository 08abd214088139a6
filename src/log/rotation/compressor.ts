// Starts the thread that compresses archives and ends it. Runs on the thread that owns the writer; has one thread at a time,
// and none while there is nothing to compress. It never keeps the process alive.

import { Worker } from 'node:worker_threads'
import { koffiFile } from '../../native/koffi.js'
import { clearTimeout, setTimeout } from '../../runtime.js'
import type { CompressionTask } from './compress-archive.js'
import {
  CANCELLED_AT,
  State,
  STATE_AT,
  type ArchivesOf,
  type CompressionJob,
  type CompressionReport,
} from './compression-thread.js'

/** Long enough to finish one piece and delete the temporary file; if it is not, the next start deletes that. */
const CANCEL_MS = 200
/** It may be loading koffi, and have only what other threads leave of the processor. */
const END_MS = 1000
/** Loading koffi takes some tens of milliseconds, on a very busy machine a second. */
const LOADING_MS = 5000
/** It holds one piece and its compressed form, outside of the heap. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 }

/** Compresses archives of one log in the background. */
export class Compressor {
  readonly #script: string
  readonly #archives: ArchivesOf
  readonly #onReport: (report: CompressionReport) => void
  #running: Int32Array | null = null
  #next: readonly CompressionTask[] = []
  #ended: Promise<unknown> = Promise.resolve()

  /**
   * @param script - a program that calls `runCompressionThread`
   * @param onReport - hears how each compression ended
   */
  constructor(script: string, archives: ArchivesOf, onReport: (report: CompressionReport) => void) {
    this.#script = script
    this.#archives = archives
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

  /** Cancels all; does not wait. */
  cancel(): void {
    this.#next = []
    if (this.#running !== null) Atomics.store(this.#running, CANCELLED_AT, 1)
  }

  /** Waits for the end of what was cancelled, for a second at most: until then, it may have a file in the folder. */
  async ended(): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, END_MS)
    })
    await Promise.race([this.#ended, timeout])
    clearTimeout(timer)
  }

  /** The process ends: cancels all, and waits until the thread has cleaned up, for some tenths of a second. */
  cancelSync(): void {
    this.cancel()
    const words = this.#running
    if (words === null) return
    if (Atomics.load(words, STATE_AT) === State.loading)
      Atomics.wait(words, STATE_AT, State.loading, LOADING_MS)
    if (Atomics.load(words, STATE_AT) === State.working)
      Atomics.wait(words, STATE_AT, State.working, CANCEL_MS)
  }

  #start(): void {
    const signals = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT)
    const worker = new Worker(this.#script, {
      eval: true, // as the writer thread: Node's hooks for modules and --import do not see it
      name: 'choose-l2 compression',
      workerData: {
        tasks: this.#next,
        archives: this.#archives,
        signals,
        koffi: koffiFile(),
      } satisfies CompressionJob,
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
    this.#ended = new Promise((resolve) => worker.on('exit', resolve))
    worker.on('exit', () => {
      this.#running = null
      const [task] = this.#next
      if (failure === undefined && task !== undefined) this.#start()
    })
    worker.unref()
  }
}
