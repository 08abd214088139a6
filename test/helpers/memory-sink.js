// Sinks that keep what they are given, as the drain loop and the tests of the queue use them.

/** Takes everything, or at most `most` bytes a call; `failWith(code, times)` makes the next calls fail. */
export class MemorySink {
  content = Buffer.alloc(0)
  most = Infinity
  writes = 0
  syncs = 0
  closes = 0
  #failures = []
  #syncFailures = []

  get position() {
    return this.content.length
  }

  room = Infinity

  place() {
    return this.position
  }

  get lines() {
    return this.content.toString().split('\n').slice(0, -1)
  }

  failWith(code, times = 1) {
    for (let n = 0; n < times; n++) this.#failures.push(code)
  }

  failSyncWith(code) {
    this.#syncFailures.push(code)
  }

  /** The disk works again. */
  heal() {
    this.#failures = []
  }

  write(ranges) {
    const code = this.#failures.shift()
    if (code !== undefined) throw Object.assign(new Error(`${code}: injected`), { code, syscall: 'write' })
    this.writes++
    const bytes = Buffer.concat(ranges)
    const taken = bytes.subarray(0, Math.min(this.most, bytes.length))
    this.content = Buffer.concat([this.content, taken])
    return taken.length
  }

  alreadyWritten({ ranges, position }) {
    const wanted = Buffer.concat(ranges)
    const there = this.content.subarray(position)
    let same = 0
    while (same < wanted.length && there[same] === wanted[same]) same++
    return { bytes: same, isAtEnd: same === there.length }
  }

  sync() {
    const code = this.#syncFailures.shift()
    if (code !== undefined)
      throw Object.assign(new Error(`${code}: injected`), { code, syscall: 'fdatasync' })
    this.syncs++
  }

  close() {
    this.closes++
  }
}

/** Takes one byte a call. The first call after so many bytes fails with EIO; the next one works again. */
export class SinkFailingAt extends MemorySink {
  most = 1
  #failsAt

  constructor(bytes) {
    super()
    this.#failsAt = bytes
  }

  write(ranges) {
    if (this.position === this.#failsAt) {
      this.#failsAt = Infinity
      this.failWith('EIO')
    }
    return super.write(ranges)
  }
}
