// The memory of a queue from its handle, whichever kind it is. Any thread.

import { SharedMemory, type MemoryHandle, type QueueMemory } from '../queue/memory.js'
import { MappedMemory } from './mapped-memory.js'

/** Opens the memory that another thread made. */
export function openMemory(handle: MemoryHandle): QueueMemory {
  return handle.kind === 'shared' ? SharedMemory.open(handle) : MappedMemory.open(handle)
}
