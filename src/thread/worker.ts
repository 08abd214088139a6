// Starts the writer thread and watches it. The thread inherits nothing of the application's start-up (no
// --import, no NODE_OPTIONS): it must start fast and do one thing. It never keeps the process alive.

import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads'
import { systemErrorCode } from '../errors.js'
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

/** Starts a writer thread. Throws where that fails at once: no permission, no memory, or a bundler lost the file. */
export function startWorker(job: DrainJob, watcher: WorkerWatcher): WriterThread {
  const file = entryFile()
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

/** The file of the thread, beside this one. Node would report a missing one only later, as a thread that died. */
function entryFile(): URL {
  const url = new URL('./entry.js', import.meta.url)
  if (existsSync(fileURLToPath(url))) return url
  throw new Error(
    `its file ${fileURLToPath(url)} is missing; if a bundler made this program, leave choose-l2 out of the bundle ('external')`,
  )
}
