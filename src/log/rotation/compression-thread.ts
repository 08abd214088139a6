// The thread that compresses archives, one at a time and at the lowest priority. A thread and not a process: it ends with
// the application however that ends, keeps no lock beyond it, and needs neither a program to start nor the permission for it.
// Node's thread pool has no part in it. On Linux, the priority is that of the thread alone.

import { setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { useKoffiFile } from '../../native/koffi.js'
import { loadLibc } from '../../native/libc.js'
import { process } from '../../runtime.js'
import {
  compressArchive,
  type CompressionOutcome,
  type CompressionPorts,
  type CompressionTask,
} from './compress-archive.js'

/** Whose archives they are: the paths of this log, each with the folder of its queue files. */
export type ArchivesOf = readonly { readonly log: string; readonly queueFolder: string }[]

/** What the thread gets. */
export interface CompressionJob {
  readonly tasks: readonly CompressionTask[]
  readonly archives: ArchivesOf
  /** Words: {@link CANCELLED_AT}, {@link STATE_AT}. */
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
export const STATE_AT = 1
/** States; 0: not started. While it loads koffi, nobody may stop the thread: Node would abort the process. */
export const State = { loading: 1, working: 2, ended: 3 } as const
/** The nicest there is. */
const LOWEST_PRIORITY = 19

/** A writer without koffi has no lock: it notices within a second that the log was rotated, and leaves the archive. */
const QUIET_MS = 2000

type IsClaimed = (archive: Parameters<CompressionPorts['isClaimed']>[0], archives: ArchivesOf) => boolean

/** Runs the thread. */
export function runCompressionThread(isClaimed: IsClaimed): void {
  const { tasks, archives, signals, koffi } = workerData as CompressionJob
  const words = new Int32Array(signals)
  const isCancelled = (): boolean => Atomics.load(words, CANCELLED_AT) === 1
  const enter = (state: number): void => {
    Atomics.store(words, STATE_AT, state)
    Atomics.notify(words, STATE_AT)
  }
  enter(State.loading)
  if (!isCancelled()) {
    useKoffiFile(koffi)
    loadLibc()
    enter(State.working)
    lowerPriority()
  }
  for (const task of tasks) {
    if (isCancelled()) break
    parentPort?.postMessage(
      report(task, {
        isClaimed: (archive) => isClaimed(archive, archives),
        isCancelled,
        quietMs: QUIET_MS,
      }),
    )
  }
  enter(State.ended)
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
