// rotating-file-stream, told to rotate at a size that is never reached.

import { once } from 'node:events'
import { basename, dirname } from 'node:path'
import { streamLogger } from './node-streams.js'

export const rotatingFileStream = {
  name: 'rotating-file-stream',
  kind: 'peer',
  peer: 'rotating-file-stream',
  takes: 'ended',
  takesBytes: true,
  slow: true,

  async open(path) {
    const { createStream } = await import('rotating-file-stream')
    const stream = createStream(basename(path), { path: dirname(path), size: '1000G' })
    await once(stream, 'open')
    return streamLogger(stream)
  },
}
