// A writer in a form that postMessage can carry, and whether what came out of a message is one.

import { types } from 'node:util'
import { QueuePolicy } from '../constants.js'
import type { MemoryHandle } from '../crash/open-memory.js'
import { invalid } from '../expect.js'
import { BELL_BYTES } from '../queue/doorbell.js'
import { PAGE_BYTES } from '../queue/layout.js'
import { CONTROL_BYTES } from '../thread/protocol.js'

/** Plain data; post it to as many threads as there are lanes. */
export interface WriterHandle {
  /** Of the queue: the same for all its handles. */
  readonly id: string
  /** @internal The thread that made the writer, as `thread/identity.ts` knows it. */
  readonly owner: number
  /** @internal */
  readonly memory: MemoryHandle
  /** @internal */
  readonly bell: SharedArrayBuffer
  /** @internal */
  readonly control: SharedArrayBuffer
  /** @internal */
  readonly policy: QueuePolicy
  /** @internal */
  readonly batchSize: number
  readonly path: string
  readonly notCrashSafeBecause: string | null
}

type Loose<T> = { readonly [K in keyof T]?: unknown }

/** Throws ERR_INVALID_ARGUMENT for what is not the handle of a queue or writer. */
export function expectQueueHandle(handle: unknown, expected: string): void {
  const { id, memory, bell } = fieldsOf(handle)
  if (typeof id === 'string' && isMemoryHandle(memory) && isShared(bell, BELL_BYTES)) return
  throw invalid('handle', expected, handle)
}

/** As {@link expectQueueHandle} for a writer's. */
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

function fieldsOf(handle: unknown): Loose<WriterHandle> {
  // Not a proxy: looking into it may throw, and no message carries one.
  return typeof handle === 'object' && handle !== null && !types.isProxy(handle) ? handle : {}
}

function isMemoryHandle(memory: unknown): boolean {
  if (typeof memory !== 'object' || memory === null) return false
  const { kind, path, buffer, overflow } = memory as Readonly<Record<string, unknown>>
  if (kind === 'mapped') return typeof path === 'string'
  return kind === 'shared' && isShared(buffer, PAGE_BYTES) && isShared(overflow, 0)
}

function isShared(value: unknown, bytes: number): boolean {
  return types.isSharedArrayBuffer(value) && value.byteLength >= bytes
}
