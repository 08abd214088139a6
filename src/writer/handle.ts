// A writer in a form that postMessage can carry, and whether what came out of a message is one.

import { QueuePolicy } from '../constants.js'
import type { BellHandle } from '../queue/doorbell.js'
import type { MemoryHandle } from '../memory/open-memory.js'
import { invalid } from '../expect.js'
import { CONTROL_BYTES } from '../drain/protocol.js'
import { expectQueueHandle, fieldsOf, isShared } from '../q/queue-handle.js'

declare const isWriterHandle: unique symbol

/**
 * A writer in a form that `postMessage` can carry. Post it to as many threads as the option `lanes` allows, and call
 * {@link attachWriter} there. What is in it is of no use to programs.
 */
export interface WriterHandle {
  /** Exists for the compiler only: nothing else is a handle. */
  readonly [isWriterHandle]: true
  /** @internal Of the queue: the same for all its handles. */
  readonly id: string
  /** @internal The thread that made the writer, as `drain/identity.ts` knows it. */
  readonly owner: number
  /** @internal */
  readonly memory: MemoryHandle
  /** @internal */
  readonly bell: BellHandle
  /** @internal */
  readonly control: SharedArrayBuffer
  /** @internal */
  readonly policy: QueuePolicy
  /** @internal */
  readonly batchSize: number
  /** @internal */
  readonly path: string
  /** @internal */
  readonly notCrashSafeBecause: string | null
}

/** What a handle is made of. */
export type WriterHandleFields = Omit<WriterHandle, typeof isWriterHandle>

/** Throws ERR_INVALID_ARGUMENT for what is not the handle of a writer. */
export function expectWriterHandle(handle: unknown): asserts handle is WriterHandle {
  const expected = "to be a writer's handle"
  expectQueueHandle(handle, expected)
  const { owner, control, policy, batchSize, path, notCrashSafeBecause } = fieldsOf(handle)
  const isWhole =
    Number.isInteger(owner) &&
    isShared(control, CONTROL_BYTES) &&
    Object.values<unknown>(QueuePolicy).includes(policy) &&
    Number.isInteger(batchSize) &&
    typeof path === 'string' &&
    (notCrashSafeBecause === null || typeof notCrashSafeBecause === 'string')
  if (!isWhole) throw invalid('handle', expected, handle)
}
