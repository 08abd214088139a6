// Several queues of one log, and the log ends in the middle of a line: the youngest died in a write. Before older lines
// are put behind it, that piece is taken back; its queue still has the whole line. Used by recover.ts.

import { closeSync, constants, fstatSync, openSync } from 'node:fs'
import { loadLibc, type Libc } from '../native/libc.js'
import { Consumer } from '../queue/consumer.js'
import { FileSink } from '../sinks/file-sink.js'
import { cutTail, takePieceBack } from './cut-log.js'
import { inspect } from './inspect.js'
import { LogNotes } from './log-notes.js'
import { MappedMemory } from './mapped-memory.js'
import { resumeClaim } from './resume-claim.js'

const { O_APPEND, O_NOCTTY, O_NONBLOCK, O_RDWR, O_WRONLY } = constants

/**
 * Takes back what this queue's writer left of an unfinished line at the end of the log. Never throws: what is wrong
 * with a queue is found again, and told, when it is recovered.
 * @param ownsLog as for recoverAll
 */
export function takeUnfinishedLineBack(queue: string, onlyLog: string | undefined, ownsLog: boolean): void {
  const libc = loadLibc()
  if (!libc.available) return
  let fd = -1
  try {
    fd = openSync(queue, O_RDWR)
    if (!libc.tryLock(fd) || fstatSync(fd).nlink === 0) return // its writer runs, or it was recovered meanwhile
    const inspection = inspect(fd, queue)
    if (inspection.is !== 'sound' || (onlyLog !== undefined && inspection.log !== onlyLog)) return
    const memory = MappedMemory.adopt(queue, fd, inspection.geometry, inspection.lanesUsed)
    fd = -1 // belongs to the memory now
    try {
      takeBack(memory, inspection.log, libc, ownsLog)
    } finally {
      memory.release(false)
    }
  } catch {
    // see above
  } finally {
    if (fd !== -1) closeSync(fd)
  }
}

function takeBack(memory: MappedMemory, log: string, libc: Libc, ownsLog: boolean): void {
  const notes = new LogNotes(memory.buffer)
  const fd = openSync(log, O_WRONLY | O_APPEND | O_NOCTTY | O_NONBLOCK)
  try {
    if (!notes.isLog(fd) || (notes.isMapped && !ownsLog && !libc.tryLock(fd))) return
    const consumer = new Consumer(memory)
    if (notes.mayHaveTail) cutTail(fd, memory, consumer)
    resumeClaim(consumer, new FileSink(fd))
    if (consumer.hasClaim) takePieceBack(fd, consumer)
  } finally {
    closeSync(fd)
  }
}
