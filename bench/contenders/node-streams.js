// Node's own stream, as it comes and with larger blocks: a mebibyte of buffer, and what is sent in one tick in one
// writev(2).

import { createWriteStream } from 'node:fs'
import { once } from 'node:events'

const base = { kind: 'peer', takes: 'ended', takesBytes: true, appends: true }

export const nodeStreams = [
  {
    ...base,
    name: 'fs.createWriteStream',
    async open(path) {
      return streamLogger(await opened(path, {}))
    },
  },
  {
    ...base,
    name: 'fs.createWriteStream tuned',
    async open(path) {
      const stream = await opened(path, { highWaterMark: 1024 * 1024 })
      let isCorked = false
      const uncork = () => {
        if (isCorked) stream.uncork()
        isCorked = false
      }
      const { send, drained, ...rest } = streamLogger(stream)
      return {
        ...rest,
        send(line) {
          if (!isCorked) {
            isCorked = true
            stream.cork()
            process.nextTick(uncork)
          }
          return send(line)
        },
        drained() {
          uncork()
          return drained()
        },
      }
    },
  },
]

async function opened(path, options) {
  const stream = createWriteStream(path, { flags: 'a', ...options })
  await once(stream, 'open')
  return stream
}

/** Any Writable. It has no flush: only its end tells that everything is in the file. */
export function streamLogger(stream) {
  return {
    send: (line) => stream.write(line),
    drained: () => once(stream, 'drain'),
    async flushed() {
      const finished = once(stream, 'finish')
      stream.end()
      await finished
    },
    close: () => Promise.resolve(),
    stream: () => stream,
  }
}
