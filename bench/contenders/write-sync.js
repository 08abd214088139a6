// One write(2) for each line, on the sending thread.

import { closeSync, openSync, writeSync } from 'node:fs'

export const writeSyncs = [
  {
    name: 'fs.writeSync a line',
    kind: 'peer',
    takes: 'ended',
    takesBytes: true,
    appends: true,

    open(path) {
      const fd = openSync(path, 'a')
      return {
        send(line) {
          writeSync(fd, line)
        },
        flushed: () => Promise.resolve(),
        close: () => Promise.resolve(closeSync(fd)),
      }
    },
  },
]
