// The disk refuses the memory-mapped sink: an error, never a crash, and a later write goes on.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { systemError } from '../../build/native/libc.js'
import { MmapSink } from '../../build/log/mmap-sink.js'
import { libc, mappedLog, numberedLines, skipWithoutLibc } from '../helpers/mapped-log.js'

describe('a full disk', skipWithoutLibc, () => {
  const log = mappedLog()

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
    const sink = log.open({ libc: filling })
    sink.write([Buffer.alloc(log.windowBytes, 'x')])
    full = true
    assert.throws(() => sink.write([Buffer.from('y')]), { code: 'ENOSPC', syscall: 'fallocate' })
    assert.equal(log.state.position, log.windowBytes)
    assert.equal(log.size(), log.windowBytes)
    full = false
    sink.write([Buffer.from('y')])
    sink.close()
    assert.equal(log.content(), `${'x'.repeat(log.windowBytes)}y`)
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
    const sink = log.open({ libc: narrow, windowBytes: 16 * libc.pageSize })
    const source = Buffer.alloc(16 * libc.pageSize, 'x')
    assert.equal(sink.write([source]), 4 * libc.pageSize)
    assert.equal(sink.write([source]), libc.pageSize)
    assert.throws(() => sink.write([source]), { code: 'ENOSPC' })
    assert.deepEqual(asked, [16, 4, 12, 3, 1, 11, 3, 1])
    sink.close()
    assert.equal(log.size(), 5 * libc.pageSize)
  })

  it('other errors of the allocation are told at once', () => {
    const broken = {
      ...libc,
      allocate() {
        throw systemError(5, 'fallocate')
      },
    }
    assert.throws(() => log.open({ libc: broken }).write([Buffer.from('x')]), { code: 'EIO' })
  })

  it('a real one is filled to its last pages and written on when room appears', (t) => {
    const mountPoint = join(log.directory, 'tiny')
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
    const sink = new MmapSink({ fd: tinyFd, state: log.state })
    const lines = Buffer.from(numberedLines(50_000))
    let at = 0
    const writeOn = () => {
      while (at < 900 * 1024) at += sink.write([lines.subarray(at, 900 * 1024)])
    }
    assert.throws(writeOn, { code: 'ENOSPC' })
    assert.equal(log.state.position, at)
    assert.ok(at > 700 * 1024, `${at} bytes were written into 724 KB of room`)
    assert.throws(writeOn, { code: 'ENOSPC' })
    fs.rmSync(ballast)
    writeOn()
    sink.close()
    fs.closeSync(tinyFd)
    assert.ok(fs.readFileSync(file).equals(lines.subarray(0, 900 * 1024)))
  })
})

describe('a page or a copy that fails', skipWithoutLibc, () => {
  const log = mappedLog()

  it('an allocated page that the disk does not provide is an error, not a crash', () => {
    const broken = { ...libc, copyGuarded: () => 0 }
    assert.throws(() => log.open({ libc: broken }).write([Buffer.from('x')]), { code: 'EIO' })
    assert.equal(log.state.position, 0)
  })

  it('a copy that is cut short counts as far as it went', () => {
    const lame = {
      ...libc,
      copyGuarded: (address, source) => libc.copyGuarded(address, source.subarray(0, 3)),
    }
    const sink = log.open({ libc: lame })
    assert.equal(sink.write([Buffer.from('abcdef')]), 3)
    assert.equal(sink.write([Buffer.from('def'), Buffer.from('ghi')]), 6)
    sink.close()
    assert.equal(log.content(), 'abcdefghi')
  })
})
