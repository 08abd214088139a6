// The ways in which a line gets into a log: for programs that do the same in each of them.

import { attachWriter, BlockBufferedWriter, createWriter, Q } from 'choose-l2'

/**
 * Opens a log, a path or the number of a descriptor, and one way into it. `send(line)` is true if the line was accepted; `end()` resolves to whether all is
 * written.
 */
export function openWay(target, { options, way }) {
  const path = /^\d+$/.test(target) ? Number(target) : target
  const q = way === 'q' ? new Q(options.queueSize ?? 0) : null
  const writer = q === null ? createWriter(path, options) : new BlockBufferedWriter(q, path)
  const attached = way === 'attached' ? attachWriter(writer.handle) : null
  let sent = 0
  const ways = {
    text: (line) => writer.send(line),
    rope: (line) => writer.send(`${line.slice(0, 3)}${line.slice(3)}`),
    bytes: (line) => writer.send(Buffer.from(line)),
    mixed: (line) => writer.send(sent++ % 3 === 0 ? Buffer.from(line) : line),
    lines: (line) => writer.sendLines(Buffer.from(`${line}\n`)) === 1,
    flush: (line) => writer.send(line),
    attached: (line) => attached.send(line),
    q: (line) => q.put(line, options.policy ?? 'block'),
  }
  const end = () => {
    attached?.detach()
    q?.stop()
    return q === null ? writer.stop(60_000) : writer.join(60_000)
  }
  return { writer, send: ways[way], end }
}
