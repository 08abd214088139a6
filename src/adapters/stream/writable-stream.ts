// A log as a WritableStream of the web: for fetch() bodies, `ReadableStream.pipeTo` and pipelines of transforms. Runs on the
// thread that creates it.

import { Writable } from 'node:stream'
import type { WritableStream } from 'node:stream/web'
import { createWriteStream, type LogStreamOptions } from './log-stream.js'

/**
 * Opens a log as a stream of the web. It takes text and bytes; `close()` resolves when the kernel has all lines.
 *
 * @param path a path, a `file:` URL, or a file descriptor, as for `createWriter`
 * @throws ChooseL2Error as `createWriter`
 *
 * @example
 * ```js
 * import { createWritableStream } from 'choose-l2/stream'
 *
 * const log = createWritableStream('app.log')
 * await new Blob(['a line\n']).stream().pipeTo(log)
 * ```
 */
export function createWritableStream(
  path: string | URL | number,
  options: LogStreamOptions = {},
): WritableStream<string | Uint8Array> {
  return Writable.toWeb(createWriteStream(path, options))
}
