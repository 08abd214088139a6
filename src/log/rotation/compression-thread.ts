// The thread that compresses archives, one at a time and at the lowest priority. A thread and not a process: it ends with
// the application however that ends, keeps no lock beyond it, and needs neither a program to start nor the permission for it.
// Node's thread pool has no part in it. On Linux, the priority is that of the thread alone.

import { setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { useKoffiFile } from '../../native/koffi.js'
import { process } from '../../runtime.js'
import {
  compressArchive,
  type CompressionOutcome,
  type CompressionPorts,
  type CompressionTask,
} from './compress-archive.js'

/** What the thread gets. */
export interface CompressionJob {
  readonly tasks: readonly CompressionTask[]
  /** Words: {@link CANCELLED_AT}, {@link ENDED_AT}. */
  readonly signals: SharedArrayBuffer
  /** The file of koffi, if the owner has loaded it. */
  readonly koffi: string | null
}

/** What the thread says about each task. */
export interface CompressionReport {
  readonly task: CompressionTask
  readonly outcome: CompressionOutcome | 'failed'
  /** Of `failed`. */
  readonly error?: unknown
}

export const CANCELLED_AT = 0
export const ENDED_AT = 1
/** The nicest there is. */
const LOWEST_PRIORITY = 19

/** Runs the thread. */
export function runCompressionThread(isClaimed: CompressionPorts['isClaimed']): void {
  const { tasks, signals, koffi } = workerData as CompressionJob
  const words = new Int32Array(signals)
  const isCancelled = (): boolean => Atomics.load(words, CANCELLED_AT) === 1
  useKoffiFile(koffi)
  lowerPriority()
  for (const task of tasks) {
    if (isCancelled()) break
    parentPort?.postMessage(report(task, { isClaimed, isCancelled }))
  }
  Atomics.store(words, ENDED_AT, 1)
  Atomics.notify(words, ENDED_AT)
}

function report(task: CompressionTask, ports: CompressionPorts): CompressionReport {
  try {
    return { task, outcome: compressArchive(task, ports) }
  } catch (error) {
    return { task, outcome: 'failed', error }
  }
}

function lowerPriority(): void {
  if (process.platform !== 'linux') return // elsewhere it would be the priority of the application
  try {
    setPriority(0, LOWEST_PRIORITY)
  } catch {
    // it works at any priority
  }
}
