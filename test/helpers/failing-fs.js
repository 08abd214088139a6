// File systems that do not do what was hoped for, in the shape the sinks take them.

import fs from 'node:fs'

/** Writes at most `most` bytes a call, as a kernel does under a signal or on a nearly full disk. */
export class ShortWriteFs {
  calls = []
  fstatSync = (fd) => fs.fstatSync(fd)
  ftruncateSync = (fd, length) => fs.ftruncateSync(fd, length)

  constructor(most) {
    this.most = most
  }

  writeSync = (fd, bytes) => {
    this.calls.push('write')
    return fs.writeSync(fd, bytes.subarray(0, this.most))
  }

  writevSync = (fd, ranges) => {
    this.calls.push('writev')
    const bytes = Buffer.concat(ranges).subarray(0, this.most)
    return fs.writeSync(fd, bytes)
  }

  fdatasyncSync = (fd) => {
    this.calls.push('fdatasync')
    fs.fdatasyncSync(fd)
  }
}

/** Fails with the given codes, in this order, and then works. */
export class FailingFs {
  fstatSync = (fd) => fs.fstatSync(fd)
  ftruncateSync = (fd, length) => fs.ftruncateSync(fd, length)

  constructor(...codes) {
    this.codes = codes
  }

  #failOrElse(syscall, call) {
    const code = this.codes.shift()
    if (code !== undefined) throw Object.assign(new Error(`${code}: injected, ${syscall}`), { code, syscall })
    return call()
  }

  writeSync = (fd, bytes) => this.#failOrElse('write', () => fs.writeSync(fd, bytes))
  writevSync = (fd, ranges) => this.#failOrElse('writev', () => fs.writevSync(fd, ranges))
  fdatasyncSync = (fd) => this.#failOrElse('fdatasync', () => fs.fdatasyncSync(fd))
}
