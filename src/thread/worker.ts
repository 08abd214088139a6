// Starts the writer thread and watches it. The thread inherits nothing of the application's start-up (no
// --import, no NODE_OPTIONS): it must start fast and do one thing. It never keeps the process alive.

import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads'
import type { DrainJob } from './drain-job.js'
import type { ThreadEvent } from './protocol.js'

/** A running writer thread. */
export interface WriterThread {
  /** Tells now what the thread has said so far. */
  deliver(): void
}

/** What the thread gets: its job, and where to say things. */
export interface WorkerData {
  readonly job: DrainJob
  readonly events: MessagePort
}

/** What the owner of a thread is told. */
export interface WorkerWatcher {
  onEvent(event: ThreadEvent): void
  /** The thread has ended; `error` is what killed it, if it was an exception. */
  onEnd(error: unknown): void
}

/** The thread holds a few objects; a small heap keeps its garbage collector and its memory out of the way. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4 }

/** Starts a writer thread. Null where that is impossible: no permission, or a bundler lost the file. */
export function startWorker(job: DrainJob, watcher: WorkerWatcher): WriterThread | null {
  const file = entryFile()
  if (file === null) return null
  let worker: Worker
  // Not the worker's own channel: what came through this one can be fetched at any moment.
  const { port1: ours, port2: events } = new MessageChannel()
  try {
    worker = new Worker(file, {
      name: 'choose-l2',
      workerData: { job, events } satisfies WorkerData,
      transferList: [events],
      execArgv: [],
      env: {},
      resourceLimits: RESOURCE_LIMITS,
      trackUnmanagedFds: false, // the log's descriptor belongs to the thread that opened it
    })
  } catch {
    ours.close()
    return null
  }
  const deliver = (): void => {
    for (let next = receiveMessageOnPort(ours); next !== undefined; next = receiveMessageOnPort(ours)) {
      watcher.onEvent(next.message as ThreadEvent)
    }
  }
  let error: unknown
  ours.on('message', (event: ThreadEvent) => watcher.onEvent(event))
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

/** The file of the thread, beside this one; null if it is not there, as in a bundle. */
function entryFile(): URL | null {
  try {
    const url = new URL('./entry.js', import.meta.url)
    return existsSync(fileURLToPath(url)) ? url : null
  } catch {
    return null
  }
}
