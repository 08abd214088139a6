import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { loadLibc, systemError } from '../../dist/native/libc.js'
import { MmapSink } from '../../dist/sinks/mmap-sink.js'
import { POSITION, SINK_STATE_LENGTH } from '../../dist/sinks/sink.js'

const libc = loadLibc()

it('a sink without the C library says why', () => {
  const missing = { available: false, reason: 'the optional package koffi is not installed' }
  assert.throws(() => new MmapSink({ fd: 0, state: new Float64Array(4), libc: missing }), {
    code: 'ERR_MMAP_UNAVAILABLE',
    message: /koffi is not installed/,
  })
})

describe('the memory-mapped sink', { skip: libc.available ? false : libc.reason }, () => {
  const windowBytes = 4 * libc.pageSize
  let directory
  let path
  let fd
  let state

  before(() => {
    directory = fs.mkdtempSync(join(tmpdir(), 'choose-l2-mmap-sink-'))
    path = join(directory, 'app.log')
  })
  after(() => fs.rmSync(directory, { recursive: true }))
  beforeEach(() => {
    fd = fs.openSync(path, 'w+')
    state = new Float64Array(new SharedArrayBuffer(8 * SINK_STATE_LENGTH))
  })
  afterEach(() => fs.closeSync(fd))

  const open = (options = {}) => new MmapSink({ fd, state, windowBytes, ...options })
  const size = () => fs.fstatSync(fd).size
  const content = () => fs.readFileSync(path, 'utf8')

  it('writes what it is given over many windows, byte for byte', () => {
    const sink = open()
    const lines = numberedLines(20_000)
    const source = Buffer.from(new SharedArrayBuffer(lines.length))
    source.write(lines)
    // Pieces of changing length, some larger than a window.
    for (let at = 0, length = 1; at < source.length; length = (length * 7 + 3) % (2 * windowBytes)) {
      at += writeAll(sink, [source.subarray(at, at + length)])
    }
    assert.equal(state[POSITION], lines.length)
    sink.close()
    assert.equal(content(), lines)
  })

  it('takes two ranges at once, also where the first one ends in another window', () => {
    const sink = open()
    const first = 'a'.repeat(windowBytes - 10)
    assert.equal(sink.write([Buffer.from(first), Buffer.from('bcd')]), windowBytes - 7)
    assert.equal(sink.write([Buffer.from('0123456789'), Buffer.from('next')]), 7)
    assert.equal(sink.write([Buffer.from('789'), Buffer.alloc(0), Buffer.from('next')]), 7)
    sink.close()
    assert.equal(content(), `${first}bcd0123456789next`)
  })

  it('publishes the position after each write, and only real content counts', () => {
    const sink = open()
    sink.write([Buffer.from('12345')])
    assert.equal(state[POSITION], 5)
    assert.equal(size(), windowBytes, 'the window is allocated')
    assert.equal(sink.write([]), 0)
    assert.equal(state[POSITION], 5)
    sink.close()
    assert.equal(size(), 5)
  })

  it('keeps what is in the file', () => {
    const earlier = 'earlier\n'.repeat(10_000)
    fs.writeSync(fd, earlier)
    state[POSITION] = earlier.length
    const sink = open()
    writeAll(sink, [Buffer.from('later\n')])
    sink.close()
    assert.equal(content(), `${earlier}later\n`)
  })

  it('writes behind the first 5 GB of a file', () => {
    const start = 5 * 2 ** 30 + 123
    fs.ftruncateSync(fd, start)
    state[POSITION] = start
    const sink = open()
    const lines = numberedLines(5000)
    writeAll(sink, [Buffer.from(lines)])
    sink.close()
    assert.equal(size(), start + lines.length)
    const tail = Buffer.alloc(lines.length)
    fs.readSync(fd, tail, 0, tail.length, start)
    assert.equal(tail.toString(), lines)
    assert.ok(fs.fstatSync(fd).blocks * 512 < 2 ** 20, 'the hole is still a hole')
    fs.ftruncateSync(fd, 0)
  })

  it('is continued exactly where another sink stopped, even one that died without closing', () => {
    const lines = numberedLines(3000)
    const cut = 12_345
    writeAll(open(), [Buffer.from(lines.slice(0, cut))])
    const successor = open()
    assert.deepEqual(successor.alreadyWritten([Buffer.from(lines.slice(cut))], cut), {
      bytes: 0,
      isAtEnd: true,
    })
    writeAll(successor, [Buffer.from(lines.slice(cut))])
    successor.close()
    assert.equal(content(), lines)
  })

  it('is continued by another thread', async () => {
    const lines = numberedLines(2000)
    const script = `
      import { MmapSink } from ${JSON.stringify(new URL('../../dist/sinks/mmap-sink.js', import.meta.url).href)}
      import { workerData } from 'node:worker_threads'
      new MmapSink(workerData).write([Buffer.from(workerData.text)])`
    const workerData = { fd, state, windowBytes, text: lines.slice(0, 1000) }
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(script)}`), { workerData })
    assert.deepEqual(await once(worker, 'exit'), [0])
    assert.equal(state[POSITION], 1000)
    const sink = open()
    writeAll(sink, [Buffer.from(lines.slice(1000))])
    sink.close()
    assert.equal(content(), lines)
  })

  it('overwrites bytes that were copied but not published', () => {
    const sink = open()
    sink.write([Buffer.from('published.')])
    sink.write([Buffer.from('not published')])
    state[POSITION] = 10
    const successor = open()
    successor.write([Buffer.from('again')])
    successor.close()
    assert.equal(content(), 'published.again')
  })

  describe('close', () => {
    it('cuts off what a dead predecessor allocated, even if nothing was written since', () => {
      open().write([Buffer.from('content')])
      assert.equal(size(), windowBytes)
      open().close()
      assert.equal(content(), 'content')
    })

    it('twice does not touch what somebody wrote in between', () => {
      const sink = open()
      sink.write([Buffer.from('content')])
      sink.close()
      fs.writeSync(fd, ' of the next writer', 7)
      sink.close()
      assert.equal(content(), 'content of the next writer')
    })

    it('that failed can be repeated', () => {
      let failures = 1
      const failing = {
        ...fs,
        ftruncateSync(...args) {
          if (failures-- > 0) throw systemError(5, 'ftruncate')
          fs.ftruncateSync(...args)
        },
      }
      const sink = open({ fs: failing })
      sink.write([Buffer.from('content')])
      assert.throws(() => sink.close(), { code: 'EIO' })
      sink.close()
      assert.equal(content(), 'content')
    })

    it('is not the end: a write opens the window again', () => {
      const sink = open()
      sink.write([Buffer.from('one ')])
      sink.close()
      sink.write([Buffer.from('two')])
      sink.close()
      assert.equal(content(), 'one two')
    })

    it('never makes a file longer that somebody truncated', () => {
      const sink = open()
      sink.write([Buffer.from('content')])
      fs.ftruncateSync(fd, 3)
      sink.close()
      assert.equal(content(), 'con')
      assert.equal(state[POSITION], 3)
    })
  })

  it('sync asks the disk, and tells when it refuses', () => {
    const synced = []
    open({ fs: { ...fs, fdatasyncSync: (descriptor) => synced.push(descriptor) } }).sync()
    assert.deepEqual(synced, [fd])
    open().sync()
    const fdatasyncSync = () => {
      throw systemError(5, 'fdatasync')
    }
    assert.throws(() => open({ fs: { ...fs, fdatasyncSync } }).sync(), { code: 'EIO' })
  })

  describe('a file truncated by somebody else', () => {
    for (const [name, length] of [
      ['to nothing goes on at its beginning', 0],
      ['within the last page goes on at its new end', 2 * libc.pageSize + 5],
      ['by an earlier page goes on at its new end', 77],
    ]) {
      it(name, () => {
        const sink = open()
        const lines = 'x'.repeat(2 * libc.pageSize + 100)
        sink.write([Buffer.from(lines)])
        fs.ftruncateSync(fd, length)
        writeAll(sink, [Buffer.from('after')])
        sink.close()
        assert.equal(content(), `${lines.slice(0, length)}after`)
        assert.equal(state[POSITION], length + 5)
      })
    }

    it('to its exact content loses nothing', () => {
      const sink = open()
      sink.write([Buffer.from('before ')])
      fs.ftruncateSync(fd, 7)
      sink.write([Buffer.from('after')])
      sink.close()
      assert.equal(content(), 'before after')
    })

    it('in an earlier window goes on there', () => {
      const sink = open()
      writeAll(sink, [Buffer.alloc(5 * windowBytes, 'x')])
      fs.ftruncateSync(fd, 10)
      writeAll(sink, [Buffer.from('after')])
      sink.close()
      assert.equal(content(), 'xxxxxxxxxxafter')
    })

    it('between the look at its length and the copy gets all the bytes at its new end', () => {
      let truncated = false
      const meddling = {
        ...libc,
        copyGuarded(address, source) {
          if (!truncated && state[POSITION] > 0) {
            truncated = true
            fs.ftruncateSync(fd, 0)
          }
          return libc.copyGuarded(address, source)
        },
      }
      const sink = open({ libc: meddling })
      sink.write([Buffer.from('before')])
      assert.equal(sink.write([Buffer.from('one '), Buffer.from('two')]), 7)
      sink.close()
      assert.equal(content(), 'one two')
    })

    it('again and again, while lines come as fast as they can, does not kill the process', async () => {
      const program = fileURLToPath(new URL('../native/fixtures/write-until-told.js', import.meta.url))
      // A window so large that it is not left between two truncations.
      const child = spawn(process.execPath, [program, path, String(2 ** 26)], {
        stdio: ['pipe', 'pipe', 'inherit'],
      })
      let output = ''
      child.stdout.setEncoding('utf8').on('data', (text) => (output += text))
      const exited = once(child, 'exit')
      await once(child.stdout, 'data')
      for (let i = 0; i < 100; i++) {
        fs.truncateSync(path, 0)
        await new Promise((resolve) => setTimeout(resolve, 4))
      }
      child.stdin.end('stop')
      assert.deepEqual(await exited, [0, null])
      const end = Number(output.split('\n')[1])
      assert.equal(fs.statSync(path).size, end)
      assert.equal(fs.readFileSync(path).indexOf(0), -1, 'no NUL anywhere')
    })
  })

  it('a page that cannot be had although it is allocated is an error, not a crash', () => {
    const broken = { ...libc, copyGuarded: () => 0 }
    assert.throws(() => open({ libc: broken }).write([Buffer.from('x')]), { code: 'EIO' })
    assert.equal(state[POSITION], 0)
  })

  it('a copy that is cut short counts as far as it went', () => {
    const lame = {
      ...libc,
      copyGuarded: (address, source) => libc.copyGuarded(address, source.subarray(0, 3)),
    }
    const sink = open({ libc: lame })
    assert.equal(sink.write([Buffer.from('abcdef')]), 3)
    assert.equal(sink.write([Buffer.from('def'), Buffer.from('ghi')]), 6)
    sink.close()
    assert.equal(content(), 'abcdefghi')
  })

  describe('a full disk', () => {
    it('is an error that leaves the file as long as it was; a later write goes on', () => {
      let full = false
      const filling = {
        ...libc,
        allocate(descriptor, start, length) {
          if (!full) return libc.allocate(descriptor, start, length)
          fs.ftruncateSync(descriptor, start + 10) // as ext4 does: a part, then the error
          throw systemError(28, 'fallocate')
        },
      }
      const sink = open({ libc: filling })
      sink.write([Buffer.alloc(windowBytes, 'x')])
      full = true
      assert.throws(() => sink.write([Buffer.from('y')]), { code: 'ENOSPC', syscall: 'fallocate' })
      assert.equal(state[POSITION], windowBytes)
      assert.equal(size(), windowBytes)
      full = false
      sink.write([Buffer.from('y')])
      sink.close()
      assert.equal(content(), `${'x'.repeat(windowBytes)}y`)
    })

    it('that has a few pages left is filled with them', () => {
      const asked = []
      const narrow = {
        ...libc,
        allocate(descriptor, start, length) {
          asked.push(length / libc.pageSize)
          if (start + length > 5 * libc.pageSize) throw systemError(28, 'fallocate')
          libc.allocate(descriptor, start, length)
        },
      }
      const sink = open({ libc: narrow, windowBytes: 16 * libc.pageSize })
      const source = Buffer.alloc(16 * libc.pageSize, 'x')
      assert.equal(sink.write([source]), 4 * libc.pageSize)
      assert.equal(sink.write([source]), libc.pageSize)
      assert.throws(() => sink.write([source]), { code: 'ENOSPC' })
      assert.deepEqual(asked, [16, 4, 12, 3, 1, 11, 3, 1])
      sink.close()
      assert.equal(size(), 5 * libc.pageSize)
    })

    it('other errors of the allocation are told at once', () => {
      const broken = {
        ...libc,
        allocate() {
          throw systemError(5, 'fallocate')
        },
      }
      assert.throws(() => open({ libc: broken }).write([Buffer.from('x')]), { code: 'EIO' })
    })

    it('a real one is filled to its last pages and written on when room appears', (t) => {
      const mountPoint = join(directory, 'tiny')
      fs.mkdirSync(mountPoint)
      try {
        execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', mountPoint], { stdio: 'ignore' })
      } catch {
        t.skip('mounting is not permitted')
        return
      }
      t.after(() => execFileSync('umount', ['--lazy', mountPoint]))
      const ballast = join(mountPoint, 'ballast')
      fs.writeFileSync(ballast, Buffer.alloc(300 * 1024))
      const file = join(mountPoint, 'app.log')
      const tinyFd = fs.openSync(file, 'w+')
      const sink = new MmapSink({ fd: tinyFd, state })
      const lines = Buffer.from(numberedLines(50_000))
      let at = 0
      const writeOn = () => {
        while (at < 900 * 1024) at += sink.write([lines.subarray(at, 900 * 1024)])
      }
      assert.throws(writeOn, { code: 'ENOSPC' })
      assert.equal(state[POSITION], at)
      assert.ok(at > 700 * 1024, `${at} bytes were written into 724 KB of room`)
      assert.throws(writeOn, { code: 'ENOSPC' })
      fs.rmSync(ballast)
      writeOn()
      sink.close()
      fs.closeSync(tinyFd)
      assert.ok(fs.readFileSync(file).equals(lines.subarray(0, 900 * 1024)))
    })
  })
})

function numberedLines(count) {
  return Array.from({ length: count }, (_, i) => `line ${i} of the test\n`).join('')
}

/** Writes until everything is taken; returns how much that was. */
function writeAll(sink, ranges) {
  let rest = Buffer.concat(ranges)
  const total = rest.length
  while (rest.length > 0) rest = rest.subarray(sink.write([rest]))
  return total
}
