// The line writer: the base with the line writer's pacing.

import { WriterType, type Mode } from '../constants.js'
import type { WriterOptions } from '../options.js'
import type { Q } from '../q/q.js'
import { BaseFileWriterThread } from './base-file-writer-thread.js'

/**
 * Gives every line to the kernel as soon as the writer thread sees it. Take it when somebody watches the log
 * (`tail -f`) or another program reads it at once.
 *
 * @example
 * ```js
 * import { LineBufferedWriter, Q } from 'choose-l2'
 *
 * const q = new Q(1000)
 * const writer = new LineBufferedWriter(q, 'app.log')
 * q.put('from the queue')
 * writer.send('from the writer')
 * q.stop()
 * await writer.join()
 * ```
 */
export class LineBufferedWriter extends BaseFileWriterThread {
  /**
   * See {@link createWriter} for path, mode, options and errors.
   * @param q the queue to drain; `null` = one of its own, as `createWriter` makes it
   */
  constructor(q: Q | null, path: string | URL | number, mode?: Mode, options?: WriterOptions) {
    super(WriterType.LINE, q, path, mode, options)
  }
}
