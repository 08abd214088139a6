// Anonymous memory that all threads of the process find by its address: it takes no file, no descriptor and no rights.
// Used for a line that is larger than its queue when the disk has no room for it. A thread must not touch a view after
// the memory was given back: that kills the process.

import type { Libc } from './libc.js'

/** Takes and gives back memory of the process. */
export class ProcessMemory {
  readonly #libc: Libc

  constructor(libc: Libc) {
    this.#libc = libc
  }

  /** Throws ENOMEM where there is none. */
  take(bytes: number): bigint {
    return this.#libc.mapAnonymous(this.#wholePages(bytes))
  }

  view(address: bigint, bytes: number): Buffer {
    return Buffer.from(this.#libc.view(address, this.#wholePages(bytes)), 0, bytes)
  }

  giveBack(address: bigint, bytes: number): void {
    this.#libc.unmap(address, this.#wholePages(bytes))
  }

  #wholePages(bytes: number): number {
    const { pageSize } = this.#libc
    return Math.ceil(bytes / pageSize) * pageSize
  }
}
