// The memory-mapped writer: the base with another sink.

import { WriterType, type Mode } from '../constants.js'
import type { WriterOptions } from '../options.js'
import type { Q } from '../q/q.js'
import { BaseFileWriterThread } from './base-file-writer-thread.js'

/**
 * Copies lines into a memory-mapped window of the file. Linux, regular files, one writer a file; needs the optional
 * package koffi. While it runs the file is longer than its content; after stop or exit its size is exact.
 * Its constructor also throws ERR_MMAP_UNAVAILABLE and ERR_FILE_IN_USE.
 *
 * @example
 * ```js
 * import { MemoryMappedWriter, Q } from 'choose-l2'
 *
 * const q = new Q(1000)
 * const writer = new MemoryMappedWriter(q, 'app.log')
 * q.put('from the queue')
 * writer.send('from the writer')
 * q.stop()
 * await writer.join()
 * ```
 */
export class MemoryMappedWriter extends BaseFileWriterThread {
  /**
   * See {@link createWriter} for path, mode, options and errors.
   * @param q the queue to drain; `null` = one of its own, as `createWriter` makes it
   */
  constructor(q: Q | null, path: string | URL | number, mode?: Mode, options?: WriterOptions) {
    super(WriterType.MMAP, q, path, mode, options)
  }
}
