// A queue in a form that postMessage can carry, and whether what came out of a message is one.

import { types } from 'node:util'
import { invalid } from '../expect.js'
import { BELL_BYTES, type BellHandle } from '../queue/doorbell.js'
import { PAGE_BYTES } from '../queue/layout.js'
import type { MemoryHandle } from '../memory/open-memory.js'

declare const isQueueHandle: unique symbol

/** A queue in a form that `postMessage` can carry: for `Q.open`. What is in it is of no use to programs. */
export interface QHandle {
  /** Exists for the compiler only: nothing else is a handle. */
  readonly [isQueueHandle]: true
  /** @internal The same for all handles of one queue. */
  readonly id: string
  /** @internal */
  readonly memory: MemoryHandle
  /** @internal */
  readonly bell: BellHandle
}

/** The handle with these fields. */
export function queueHandle(fields: Omit<QHandle, typeof isQueueHandle>): QHandle {
  return fields as QHandle
}

/** Throws ERR_INVALID_ARGUMENT for what is not the handle of a queue or writer. */
export function expectQueueHandle(handle: unknown, expected: string): void {
  const { id, memory, bell } = fieldsOf(handle)
  if (typeof id === 'string' && isMemoryHandle(memory) && isBellHandle(bell)) return
  throw invalid('handle', expected, handle)
}

/** The fields of what should be a handle, none of them checked. */
export function fieldsOf(handle: unknown): Readonly<Record<string, unknown>> {
  // Not a proxy: looking into it may throw, and no message carries one.
  const isReadable = typeof handle === 'object' && handle !== null && !types.isProxy(handle)
  return isReadable ? (handle as Readonly<Record<string, unknown>>) : {}
}

function isMemoryHandle(memory: unknown): boolean {
  if (typeof memory !== 'object' || memory === null) return false
  const { kind, path, buffer, overflow } = memory as Readonly<Record<string, unknown>>
  if (kind === 'mapped') return typeof path === 'string'
  return kind === 'shared' && isShared(buffer, PAGE_BYTES) && isShared(overflow, 0)
}

function isBellHandle(bell: unknown): boolean {
  if (typeof bell !== 'object' || bell === null) return false
  const { queue, thread } = bell as Readonly<Record<string, unknown>>
  return isShared(queue, BELL_BYTES) && isShared(thread, 4)
}

/** Memory that threads can share, of at least so many bytes. */
export function isShared(value: unknown, bytes: number): boolean {
  return types.isSharedArrayBuffer(value) && value.byteLength >= bytes
}
