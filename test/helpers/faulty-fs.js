// The calls of a FileSink on a disk that fails as it is told, over a real file.

import fs from 'node:fs'

/** Works until told otherwise. */
export class FaultyFs {
  /** The code that every write, or every fdatasync, fails with; null = it works. */
  writeError = null
  syncError = null
  /** Bytes that the disk still takes; what does not fit is cut off, and then there is no room. */
  room = Infinity
  syncs = 0
  fstatSync = fs.fstatSync
  ftruncateSync = fs.ftruncateSync

  writeSync = (fd, bytes) => this.#write(fd, bytes)
  writevSync = (fd, ranges) => this.#write(fd, Buffer.concat(ranges))

  fdatasyncSync = (fd) => {
    this.syncs++
    if (this.syncError !== null) throw failure(this.syncError, 'fdatasync')
    fs.fdatasyncSync(fd)
  }

  #write(fd, bytes) {
    if (this.writeError !== null) throw failure(this.writeError, 'write')
    if (this.room === 0) throw failure('ENOSPC', 'write')
    const taken = fs.writeSync(fd, bytes.subarray(0, Math.min(bytes.length, this.room)))
    this.room -= taken
    return taken
  }
}

function failure(code, syscall) {
  return Object.assign(new Error(`${code}: injected, ${syscall}`), { code, syscall })
}
