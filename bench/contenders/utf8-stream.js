// fs.Utf8Stream: sonic-boom inside newer Nodes.

import fs from 'node:fs'
import { once } from 'node:events'

export const utf8Stream = {
  name: 'fs.Utf8Stream',
  kind: 'peer',
  takes: 'ended',
  missing: () => (fs.Utf8Stream === undefined ? `Node ${process.version} has no fs.Utf8Stream` : null),

  async open(path) {
    const stream = new fs.Utf8Stream({ dest: path, append: true, minLength: 4096, sync: true })
    await once(stream, 'ready')
    return {
      send: (line) => stream.write(line),
      drained: () => once(stream, 'drain'),
      flushed: () => Promise.resolve(stream.flushSync()),
      async close() {
        const closed = once(stream, 'close')
        stream.end()
        await closed
      },
    }
  },
}
