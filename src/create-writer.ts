// createWriter: picks the class.

import { WriterType } from './constants.js'
import { resolveOptions, type CreateWriterOptions } from './options.js'
import type { BaseFileWriterThread } from './writer/base-file-writer-thread.js'
import { BlockBufferedWriter } from './writer/block-buffered-writer.js'
import { LineBufferedWriter } from './writer/line-buffered-writer.js'
import { MemoryMappedWriter } from './writer/memory-mapped-writer.js'

/** What {@link createWriter} returns: one of the three writers. */
export type Writer = BaseFileWriterThread

/**
 * Opens a log and starts writing to it.
 *
 * @param path a path, a `file:` URL, or a file descriptor (1 = standard output), which stays open afterwards
 * @throws ChooseL2Error `ERR_INVALID_ARGUMENT` (before any file is touched), `ERR_OPEN_FAILED` with the system error
 *   as `cause`, `ERR_MMAP_UNAVAILABLE`, `ERR_FILE_IN_USE`
 *
 * @example
 * ```js
 * import { createWriter } from 'choose-l2'
 *
 * const writer = createWriter('app.log')
 * writer.send('Log line 1')
 * await writer.stop()
 * ```
 */
export function createWriter(path: string | URL | number, options: CreateWriterOptions = {}): Writer {
  const { writerType, mode } = resolveOptions(options)
  const { writerType: _type, mode: _mode, ...rest } = options
  switch (writerType) {
    case WriterType.LINE:
      return new LineBufferedWriter(null, path, mode, rest)
    case WriterType.MMAP:
      return new MemoryMappedWriter(null, path, mode, rest)
    case WriterType.BLOCK:
      return new BlockBufferedWriter(null, path, mode, rest)
  }
}
