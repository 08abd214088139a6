// The memories that a queue's threads can share, whichever kind, and opening one from its handle. Any thread.

import { SharedMemory, type SharedMemoryHandle } from '../queue/memory.js'
import { MappedMemory, type MappedMemoryHandle } from './mapped-memory.js'

/** Memory that other threads of this process can open. */
export type ThreadsMemory = SharedMemory | MappedMemory
/** What they need for it: plain data. */
export type MemoryHandle = SharedMemoryHandle | MappedMemoryHandle

/** Opens the memory that another thread made. */
export function openMemory(handle: MemoryHandle): ThreadsMemory {
  return handle.kind === 'shared' ? SharedMemory.open(handle) : MappedMemory.open(handle)
}
