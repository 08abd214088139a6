// Starts a writer thread and watches it. The thread inherits nothing from the application's start-up (no --import, no
// loaders, no NODE_OPTIONS): it must start fast and do one thing. It never keeps the process alive.

import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads'
import { BACKGROUND_SCRIPT } from '../background-script.js'
import { systemErrorCode } from '../errors.js'
import { koffiFile } from '../native/koffi.js'
import type { ThreadBell } from '../queue/thread-bell.js'
import type { DrainJob } from './drain-job.js'
import type { ThreadEvent } from './protocol.js'
import { ThreadState } from './thread-state.js'

/** What the thread gets at its start. */
export interface WorkerData {
  readonly bell: SharedArrayBuffer
  readonly state: SharedArrayBuffer
  readonly owner: MessagePort
  /** The file of koffi, if it is installed. */
  readonly koffi: string | null
}

/** What the thread is told. `relieved`: threads that lose their queues to this one. `end`: it has no queues, and gets none. */
export type OwnerMessage =
  | {
      readonly type: 'job'
      readonly id: number
      readonly job: DrainJob
      readonly relieved: readonly number[]
    }
  | { readonly type: 'end' }

/** What the thread says, of one queue or of itself. */
export type ThreadMessage =
  /** It wants the consumer's role. */
  | { readonly type: 'up'; readonly id: number }
  | { readonly type: 'event'; readonly id: number; readonly event: ThreadEvent }
  /** It has left the queue: the writer has stopped, or this went wrong. */
  | { readonly type: 'over'; readonly id: number; readonly error?: unknown }
  /** It was relieved, and has left all its queues. */
  | { readonly type: 'free' }

/** What the owner of a thread hears. */
export interface WorkerWatcher {
  onMessage(message: ThreadMessage): void
  /** The thread has ended; `error` is what ended it, undefined if it was terminated or told to end. */
  onEnd(error: unknown): void
}

/** The thread holds a few objects; a small heap keeps its garbage collector and its memory out of the way. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4 }

/** A running writer thread, as its owner sees it. */
export class WriterThread {
  readonly state: ThreadState = new ThreadState()
  readonly #bell: ThreadBell
  readonly #port: MessagePort
  readonly #watcher: WorkerWatcher

  /** Starts it. Throws where that fails at once: no permission, no memory. */
  constructor(bell: ThreadBell, watcher: WorkerWatcher) {
    this.#bell = bell
    this.#watcher = watcher
    // Not the worker's own channel: what came through this one can be fetched at any moment.
    const { port1: port, port2: owner } = new MessageChannel()
    this.#port = port
    let worker: Worker
    try {
      worker = new Worker(`${BACKGROUND_SCRIPT}\nchooseL2.runWriterThread()`, {
        eval: true, // runs as plain CommonJS: Node's hooks for modules and --import do not see it
        name: 'choose-l2',
        workerData: {
          bell: bell.handle,
          state: this.state.handle,
          owner,
          koffi: koffiFile(),
        } satisfies WorkerData,
        transferList: [owner],
        execArgv: [],
        env: {},
        resourceLimits: RESOURCE_LIMITS,
        trackUnmanagedFds: false, // the log's descriptor belongs to the thread that opened it
      })
    } catch (error) {
      port.close()
      if (systemErrorCode(error) !== 'ERR_ACCESS_DENIED') throw error
      throw new Error('the permission model does not allow threads (--allow-worker)', { cause: error })
    }
    let error: unknown
    port.on('message', (message: ThreadMessage) => watcher.onMessage(message))
    port.unref()
    worker.on('error', (cause) => {
      error = cause
    })
    worker.on('exit', () => {
      this.deliver()
      port.close()
      watcher.onEnd(error)
    })
    worker.unref()
  }

  /** Gives it a queue, or tells it to end. */
  send(message: OwnerMessage): void {
    this.#port.postMessage(message)
    this.state.noteMail()
    this.#bell.ring()
  }

  /** Takes all its queues away: another thread takes over. */
  relieve(): void {
    this.state.relieve()
    this.#bell.ring()
  }

  /** Tells now what the thread has said so far. */
  deliver(): void {
    for (let next = receiveMessageOnPort(this.#port); next !== undefined;) {
      this.#watcher.onMessage(next.message as ThreadMessage)
      next = receiveMessageOnPort(this.#port)
    }
  }
}
