// A FIFO whose reader sleeps: it takes what a pipe holds, and a writer of more has to wait.

import { execFileSync } from 'node:child_process'
import { closeSync, constants, createReadStream, openSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { tempFolder } from './temp-folder.js'

/**
 * Makes one for a test. `reader` is the descriptor of the sleeping reader; `read()` puts another one in its
 * place, and resolves to all that has come once nobody writes any more.
 */
export function sleepingFifo(t) {
  const path = join(tempFolder(t), 'fifo')
  execFileSync('mkfifo', [path])
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const read = () => {
    const stream = createReadStream(path)
    stream.once('open', () => closeSync(reader))
    return text(stream)
  }
  return { path, reader, read }
}
