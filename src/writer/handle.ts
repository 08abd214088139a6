// A writer in a form that postMessage can carry.

import type { QueuePolicy } from '../constants.js'
import type { MemoryHandle } from '../crash/open-memory.js'

/** Plain data; post it to as many threads as there are lanes. */
export interface WriterHandle {
  /** Of the queue: the same for all its handles. */
  readonly id: string
  /** The thread that made the writer, as `thread/identity.ts` knows it. */
  readonly owner: number
  readonly memory: MemoryHandle
  readonly bell: SharedArrayBuffer
  readonly control: SharedArrayBuffer
  readonly policy: QueuePolicy
  readonly batchSize: number
  readonly path: string
  readonly notCrashSafeBecause: string | null
}
