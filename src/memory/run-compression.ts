// The compression thread's program. An archive that a queue file still writes to, or may have to be read for, is left alone:
// after a crash, the recovery looks for the file by its inode.

import { closeSync, constants, openSync } from 'node:fs'
import { runCompressionThread } from '../log/rotation/compression-thread.js'
import { HEADER_BYTES } from '../queue/layout.js'
import { wordsAt } from './inspect-lanes.js'
import { LogNotes } from './log-notes.js'
import { queueFilesOf } from './queue-file.js'

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants

/** Called once, in a thread of its own. */
export function runCompression(): void {
  runCompressionThread((archive, paths) =>
    paths
      .flatMap(({ log, queueFolder }) => queueFilesOf(log, queueFolder))
      .some((queue) => isNotedIn(queue, archive.fd)),
  )
}

/** True if the queue's lines go to this open file. */
function isNotedIn(queue: string, fd: number): boolean {
  let reader: number
  try {
    reader = openSync(queue, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  } catch {
    return false // its writer has ended well meanwhile, or it is not ours
  }
  try {
    return new LogNotes(wordsAt(reader, 0, HEADER_BYTES).buffer).isLog(fd)
  } finally {
    closeSync(reader)
  }
}
