// The block writer: the base with the block writer's pacing.

import { WriterType, type Mode } from '../constants.js'
import type { WriterOptions } from '../options.js'
import type { Q } from '../q/q.js'
import { BaseFileWriterThread } from './base-file-writer-thread.js'

/**
 * Gathers lines into blocks of 64 KB that end at the end of a line. A block goes out when it is full, within
 * about a millisecond of `batchSize` lines waiting, or when its oldest line is `flushInterval` old. The default.
 *
 * @example
 * ```js
 * import { BlockBufferedWriter, Q } from 'choose-l2'
 *
 * const q = new Q(1000)
 * const writer = new BlockBufferedWriter(q, 'app.log')
 * q.put('from the queue')
 * writer.send('from the writer')
 * q.stop()
 * await writer.join()
 * ```
 */
export class BlockBufferedWriter extends BaseFileWriterThread {
  /**
   * See {@link createWriter} for path, mode, options and errors.
   * @param q the queue to drain; `null` = one of its own, as `createWriter` makes it
   */
  constructor(q: Q | null, path: string | URL | number, mode?: Mode, options?: WriterOptions) {
    super(WriterType.BLOCK, q, path, mode, options)
  }
}
