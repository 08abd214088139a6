// sonic-boom, what pino writes with: the newest, the one pino installs, and the older one that is faster; each as it
// comes and as the best settings found make it.

import { once } from 'node:events'

/** A larger minLength is slower in 4.2.1 and 5.0.2: they measure the whole chunk at every line. */
const versions = [
  {
    peer: 'sonic-boom-3',
    version: '3.8.1',
    tuned: { sync: true, minLength: 64 * 1024, maxWrite: 1024 * 1024 },
  },
  { peer: 'sonic-boom-4', version: '4.2.1', tuned: { sync: true, minLength: 4096 } },
  { peer: 'sonic-boom-5', version: '5.0.2', tuned: { sync: true, minLength: 4096 } },
]

const make = (peer, name, options) => ({
  name,
  kind: 'peer',
  peer,
  takes: 'ended',
  takesBytes: true,
  appends: true,

  async open(path, { bytes = false } = {}) {
    const { default: SonicBoom } = await import(peer)
    const stream = new SonicBoom({ dest: path, ...options, contentMode: bytes ? 'buffer' : 'utf8' })
    await once(stream, 'ready')
    return sonicLogger(stream)
  },
})

export const sonicBooms = versions.flatMap(({ peer, version, tuned }) => [
  make(peer, `sonic-boom ${version}`, {}),
  make(peer, `sonic-boom ${version} tuned`, tuned),
])

/**
 * Its end() also brings the file onto the disk, and so may flush(callback): neither is asked before the clock stops.
 * Only its private length tells that nothing is left.
 */
export function sonicLogger(stream) {
  return {
    send: (line) => stream.write(line),
    drained: () => once(stream, 'drain'),
    async flushed() {
      if (stream.sync) stream.flushSync()
      while (stream._len > 0 || stream._writing) {
        const drain = once(stream, 'drain')
        stream.flush()
        await drain
      }
    },
    async close() {
      const closed = once(stream, 'close')
      stream.end()
      await closed
    },
    stream: () => stream,
  }
}
