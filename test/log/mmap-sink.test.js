// Bytes through a mapped window into a file, of any length and from any place, and the end of the file after that.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import fs from 'node:fs'
import { describe, it } from 'node:test'
import { Worker } from 'node:worker_threads'
import { systemError } from '../../build/native/libc.js'
import { MmapSink } from '../../build/log/mmap-sink.js'
import { sinkStateIn } from '../../build/memory/log-notes.js'
import { mappedLog, numberedLines, skipWithoutLibc, writeAll } from '../helpers/mapped-log.js'

it('a sink without the C library says why', () => {
  const missing = { available: false, reason: 'the optional package koffi is not installed' }
  assert.throws(() => new MmapSink({ fd: 0, state: new Float64Array(4), libc: missing }), {
    code: 'ERR_MMAP_UNAVAILABLE',
    message: /koffi is not installed/,
  })
})

describe('the memory-mapped sink', skipWithoutLibc, () => {
  const log = mappedLog()

  it('writes what it is given over many windows, byte for byte', () => {
    const sink = log.open()
    const lines = numberedLines(20_000)
    const source = Buffer.from(new SharedArrayBuffer(lines.length))
    source.write(lines)
    // Pieces of changing length, some larger than a window.
    for (let at = 0, length = 1; at < source.length; length = (length * 7 + 3) % (2 * log.windowBytes)) {
      at += writeAll(sink, [source.subarray(at, at + length)])
    }
    assert.equal(log.state.position, lines.length)
    sink.close()
    assert.equal(log.content(), lines)
  })

  it('takes two ranges at once, also where the first one ends in another window', () => {
    const sink = log.open()
    const first = 'a'.repeat(log.windowBytes - 10)
    assert.equal(sink.write([Buffer.from(first), Buffer.from('bcd')]), log.windowBytes - 7)
    assert.equal(sink.write([Buffer.from('0123456789'), Buffer.from('next')]), 7)
    assert.equal(sink.write([Buffer.from('789'), Buffer.alloc(0), Buffer.from('next')]), 7)
    sink.close()
    assert.equal(log.content(), `${first}bcd0123456789next`)
  })

  it('publishes the position after each write, and only real content counts', () => {
    const sink = log.open()
    sink.write([Buffer.from('12345')])
    assert.equal(log.state.position, 5)
    assert.equal(log.size(), log.windowBytes, 'the window is allocated')
    assert.equal(sink.write([]), 0)
    assert.equal(log.state.position, 5)
    sink.close()
    assert.equal(log.size(), 5)
  })

  it('keeps what is in the file', () => {
    const earlier = 'earlier\n'.repeat(10_000)
    fs.writeSync(log.fd, earlier)
    log.state.position = earlier.length
    const sink = log.open()
    writeAll(sink, [Buffer.from('later\n')])
    sink.close()
    assert.equal(log.content(), `${earlier}later\n`)
  })

  it('writes behind the first 5 GB of a file', () => {
    const start = 5 * 2 ** 30 + 123
    fs.ftruncateSync(log.fd, start)
    log.state.position = start
    const sink = log.open()
    const lines = numberedLines(5000)
    writeAll(sink, [Buffer.from(lines)])
    sink.close()
    assert.equal(log.size(), start + lines.length)
    const tail = Buffer.alloc(lines.length)
    fs.readSync(log.fd, tail, 0, tail.length, start)
    assert.equal(tail.toString(), lines)
    assert.ok(fs.fstatSync(log.fd).blocks * 512 < 2 ** 20, 'the hole is still a hole')
    fs.ftruncateSync(log.fd, 0)
  })

  it('is continued exactly where another sink stopped, even one that died without closing', () => {
    const lines = numberedLines(3000)
    const cut = 12_345
    writeAll(log.open(), [Buffer.from(lines.slice(0, cut))])
    const successor = log.open()
    assert.deepEqual(successor.alreadyWritten({ ranges: [Buffer.from(lines.slice(cut))], position: cut }), {
      bytes: 0,
      isAtEnd: true,
    })
    writeAll(successor, [Buffer.from(lines.slice(cut))])
    successor.close()
    assert.equal(log.content(), lines)
  })

  it('is continued by another thread', async () => {
    const lines = numberedLines(2000)
    const script = `
      import { MmapSink } from ${JSON.stringify(new URL('../../build/log/mmap-sink.js', import.meta.url).href)}
      import { sinkStateIn } from ${JSON.stringify(new URL('../../build/memory/log-notes.js', import.meta.url).href)}
      import { workerData } from 'node:worker_threads'
      const state = sinkStateIn(workerData.memory)
      new MmapSink({ ...workerData, state }).write([Buffer.from(workerData.text)])`
    const memory = new SharedArrayBuffer(4096)
    log.state = sinkStateIn(memory)
    const workerData = {
      fd: log.fd,
      memory,
      windowBytes: log.windowBytes,
      text: lines.slice(0, 1000),
    }
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(script)}`), { workerData })
    assert.deepEqual(await once(worker, 'exit'), [0])
    assert.equal(log.state.position, 1000)
    const sink = log.open()
    writeAll(sink, [Buffer.from(lines.slice(1000))])
    sink.close()
    assert.equal(log.content(), lines)
  })

  it('overwrites bytes that were copied but not published', () => {
    const sink = log.open()
    sink.write([Buffer.from('published.')])
    sink.write([Buffer.from('not published')])
    log.state.position = 10
    const successor = log.open()
    successor.write([Buffer.from('again')])
    successor.close()
    assert.equal(log.content(), 'published.again')
  })

  describe('close', () => {
    it('cuts off what a dead predecessor allocated, even if nothing was written since', () => {
      log.open().write([Buffer.from('content')])
      assert.equal(log.size(), log.windowBytes)
      log.open().close()
      assert.equal(log.content(), 'content')
    })

    it('twice does not touch what somebody wrote in between', () => {
      const sink = log.open()
      sink.write([Buffer.from('content')])
      sink.close()
      fs.writeSync(log.fd, ' of the next writer', 7)
      sink.close()
      assert.equal(log.content(), 'content of the next writer')
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
      const sink = log.open({ fs: failing })
      sink.write([Buffer.from('content')])
      assert.throws(() => sink.close(), { code: 'EIO' })
      sink.close()
      assert.equal(log.content(), 'content')
    })

    it('is not the end: a write opens the window again', () => {
      const sink = log.open()
      sink.write([Buffer.from('one ')])
      sink.close()
      sink.write([Buffer.from('two')])
      sink.close()
      assert.equal(log.content(), 'one two')
    })

    it('never makes a file longer that somebody truncated', () => {
      const sink = log.open()
      sink.write([Buffer.from('content')])
      fs.ftruncateSync(log.fd, 3)
      sink.close()
      assert.equal(log.content(), 'con')
      assert.equal(log.state.position, 3)
    })
  })

  it('sync asks the disk, and tells when it refuses', () => {
    const synced = []
    log.open({ fs: { ...fs, fdatasyncSync: (descriptor) => synced.push(descriptor) } }).sync()
    assert.deepEqual(synced, [log.fd])
    log.open().sync()
    const fdatasyncSync = () => {
      throw systemError(5, 'fdatasync')
    }
    assert.throws(() => log.open({ fs: { ...fs, fdatasyncSync } }).sync(), { code: 'EIO' })
  })
})
