// Bytes through one of Node's transforms, as an iteration: an error on either side ends it.

import { Readable, type Transform } from 'node:stream'

/** What comes out of the transform. */
export async function* through(source: AsyncIterable<Buffer>, transform: Transform): AsyncGenerator<Buffer> {
  const input = Readable.from(source)
  input.on('error', (error) => transform.destroy(error))
  yield* input.pipe(transform) as AsyncIterable<Buffer>
}
