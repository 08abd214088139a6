// Starts the writer thread and watches it. The thread inherits nothing from the application's start-up (no --import, no
// loaders, no NODE_OPTIONS): it must start fast and do one thing. It never keeps the process alive.

import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads'
import { BACKGROUND_SCRIPT } from '../background-script.js'
import { systemErrorCode } from '../errors.js'
import { koffiFile } from '../native/koffi.js'
import type { DrainJob } from './drain-job.js'
import type { ThreadEvent } from './protocol.js'

/** A running writer thread. */
export interface WriterThread {
  /** Tells now what the thread has said so far. */
  deliver(): void
}

/** What the thread gets: its job, where to say things, and the file of koffi, if this thread has loaded it. */
export interface WorkerData {
  readonly job: DrainJob
  readonly events: MessagePort
  readonly koffi: string | null
}

/** What the thread says. */
export type ThreadMessage = ThreadEvent | { readonly type: 'up' }

/** What the owner of a thread hears. */
export interface WorkerWatcher {
  /** The thread runs and wants the consumer's role. */
  onUp(): void
  onEvent(event: ThreadEvent): void
  /** The thread has ended; `error` is what ended it, undefined if it was terminated. */
  onEnd(error: unknown): void
}

/** The thread holds a few objects; a small heap keeps its garbage collector and its memory out of the way. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4 }

/** Starts a writer thread. Throws where that fails at once: no permission, no memory. */
export function startWorker(job: DrainJob, watcher: WorkerWatcher): WriterThread {
  let worker: Worker
  // Not the worker's own channel: what came through this one can be fetched at any moment.
  const { port1: ours, port2: events } = new MessageChannel()
  try {
    worker = new Worker(`${BACKGROUND_SCRIPT}\nchooseL2.runWriterThread()`, {
      eval: true, // runs as plain CommonJS: Node's hooks for modules and --import do not see it
      name: 'choose-l2',
      workerData: { job, events, koffi: koffiFile() } satisfies WorkerData,
      transferList: [events],
      execArgv: [],
      env: {},
      resourceLimits: RESOURCE_LIMITS,
      trackUnmanagedFds: false, // the log's descriptor belongs to the thread that opened it
    })
  } catch (error) {
    ours.close()
    if (systemErrorCode(error) !== 'ERR_ACCESS_DENIED') throw error
    throw new Error('the permission model does not allow threads (--allow-worker)', { cause: error })
  }
  const hear = (message: ThreadMessage): void => {
    if (message.type === 'up') watcher.onUp()
    else watcher.onEvent(message)
  }
  const deliver = (): void => {
    for (let next = receiveMessageOnPort(ours); next !== undefined; next = receiveMessageOnPort(ours)) {
      hear(next.message as ThreadMessage)
    }
  }
  let error: unknown
  ours.on('message', hear)
  ours.unref()
  worker.on('error', (cause) => {
    error = cause
  })
  worker.on('exit', () => {
    deliver()
    ours.close()
    watcher.onEnd(error)
  })
  worker.unref()
  return { deliver }
}
