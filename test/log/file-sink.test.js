// The sink on a descriptor: whole ranges in one call, short writes told, failures passed on, takeover compared.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, before, beforeEach, describe, it } from 'node:test'
import fc from 'fast-check'
import { FileSink } from '../../build/log/file-sink.js'
import { FailingFs, ShortWriteFs } from '../helpers/failing-fs.js'
import { tempFolder } from '../helpers/temp-folder.js'

let directory
before(() => {
  directory = tempFolder()
})

describe('a sink on a file', () => {
  let path
  let fd
  beforeEach(() => {
    path = join(directory, 'app.log')
    fs.writeFileSync(path, 'before\n')
    fd = fs.openSync(path, 'a')
  })
  afterEach(() => fs.closeSync(fd))

  const content = () => fs.readFileSync(path, 'utf8')
  const ranges = (...texts) => texts.map((text) => Buffer.from(text))

  it('appends, in one call for one range and in one for two', () => {
    const double = new ShortWriteFs(Infinity)
    const sink = new FileSink(fd, double)
    assert.equal(sink.write(ranges('one\n')), 4)
    assert.equal(sink.write(ranges('tw', 'o\n')), 4)
    assert.equal(content(), 'before\none\ntwo\n')
    assert.deepEqual(double.calls, ['write', 'writev'])
  })

  it('knows where the next byte goes', () => {
    const sink = new FileSink(fd)
    assert.equal(sink.position, 7)
    sink.write(ranges('one\n', 'two\n'))
    assert.equal(sink.position, 15)
  })

  it('writes from shared memory', () => {
    const shared = Buffer.from(new SharedArrayBuffer(8))
    shared.write('shared\n')
    assert.equal(new FileSink(fd).write([shared.subarray(0, 7)]), 7)
    assert.equal(content(), 'before\nshared\n')
  })

  it('tells how much of a short write was taken', () => {
    const sink = new FileSink(fd, new ShortWriteFs(3))
    assert.equal(sink.write(ranges('one\n')), 3)
    assert.equal(sink.write(ranges('\n')), 1)
    assert.equal(sink.write(ranges('tw', 'o\n')), 3)
    assert.equal(sink.position, 14)
    assert.equal(content(), 'before\none\ntwo')
  })

  for (const code of ['ENOSPC', 'EIO', 'EAGAIN']) {
    it(`passes ${code} on and counts nothing as written`, () => {
      const sink = new FileSink(fd, new FailingFs(code, code))
      assert.throws(() => sink.write(ranges('one\n')), { code })
      assert.throws(() => sink.write(ranges('o', 'ne\n')), { code })
      assert.equal(sink.position, 7)
      assert.equal(sink.write(ranges('one\n')), 4)
      assert.equal(content(), 'before\none\n')
    })
  }

  it('syncs, and passes on what the disk does not confirm', () => {
    const sink = new FileSink(fd, new FailingFs('EIO', 'EINVAL', 'EROFS'))
    // On a file even the codes of devices without a disk are failures.
    for (const code of ['EIO', 'EINVAL', 'EROFS']) assert.throws(() => sink.sync(), { code })
    assert.equal(sink.sync(), undefined)
  })

  it('leaves the descriptor open when it is closed', () => {
    const sink = new FileSink(fd)
    sink.close()
    assert.equal(fs.fstatSync(fd).size, 7)
  })

  it('finds out how much a dead predecessor had written, wherever it stopped', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 50 }),
        fc.nat({ max: 100 }),
        fc.nat({ max: 100 }),
        (text, written, cut) => {
          const bytes = Buffer.from(text)
          const there = Math.min(written, bytes.length)
          fs.writeFileSync(path, Buffer.concat([Buffer.from('before\n'), bytes.subarray(0, there)]))
          const at = Math.min(cut, bytes.length)
          const pieces = [bytes.subarray(0, at), bytes.subarray(at)]
          assert.equal(new FileSink(fd).alreadyWritten(interrupted(pieces, 7)).bytes, there)
        },
      ),
      { numRuns: 200 },
    )
  })

  it('compares megabytes, and sees a difference at the very end', () => {
    const bytes = Buffer.alloc(200_000, 'line after line\n')
    fs.writeFileSync(path, bytes)
    const wanted = [bytes.subarray(0, 150_001), bytes.subarray(150_001)]
    assert.equal(new FileSink(fd).alreadyWritten(interrupted(wanted, 0)).bytes, 200_000)
    const other = Buffer.from(bytes)
    other[199_999] ^= 1
    fs.writeFileSync(path, other)
    assert.equal(new FileSink(fd).alreadyWritten(interrupted(wanted, 0)).bytes, 199_999)
  })

  it('finds nothing behind the end of the file, nor where others have written', () => {
    assert.equal(new FileSink(fd).alreadyWritten(interrupted(ranges('one\n'), 7)).bytes, 0)
    assert.equal(new FileSink(fd).alreadyWritten(interrupted(ranges('one\n'), 100)).bytes, 0)
    fs.appendFileSync(path, 'somebody else\n')
    assert.equal(new FileSink(fd).alreadyWritten(interrupted(ranges('one\n'), 7)).bytes, 0)
  })

  describe('where others append to the same file', () => {
    const found = (...texts) => new FileSink(fd).alreadyWritten(interrupted(ranges(...texts), 7))

    it('is not deceived by a line that begins alike', () => {
      fs.appendFileSync(path, '12:00 theirs\n12:00 ours\n')
      assert.deepEqual(found('12:00 ours\n'), { bytes: 11, isAtEnd: true })
      assert.deepEqual(found('12:00 another\n'), { bytes: 0, isAtEnd: false })
    })

    it('of several places takes the one where all of it stands', () => {
      fs.appendFileSync(path, 'same\ntheirs\nsame\nours\nlast\n')
      assert.deepEqual(found('same\nou', 'rs\n'), { bytes: 10, isAtEnd: false })
    })

    it('knows a long piece behind which others have written', () => {
      fs.appendFileSync(path, `theirs\n${'x'.repeat(5000)}\nsecotheirs\n`)
      assert.deepEqual(found(`${'x'.repeat(5000)}\n`, 'second\n'), { bytes: 5005, isAtEnd: false })
    })

    it('knows a piece that is the end of the file', () => {
      fs.appendFileSync(path, 'theirs\none\ntw')
      assert.deepEqual(found('one\ntwo\n'), { bytes: 6, isAtEnd: true })
    })

    it('finds it in a file that was cut since', () => {
      fs.writeFileSync(path, 'one\n')
      assert.deepEqual(new FileSink(fd).alreadyWritten(interrupted(ranges('one\n', 'two\n'), 5000)), {
        bytes: 4,
        isAtEnd: true,
      })
    })

    it('gives up where the same bytes are everywhere', () => {
      fs.appendFileSync(path, 'tick\n'.repeat(300_000))
      assert.equal(found('tick\n', 'tock\n').bytes, 0)
    })
  })
})

describe('a sink on what is no file', () => {
  it('on a pipe writes what it takes, says EAGAIN when it is full, and has nothing to sync', () => {
    const fifo = join(directory, 'fifo')
    assert.equal(spawnSync('mkfifo', [fifo]).status, 0)
    const reader = fs.openSync(fifo, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK)
    const writer = fs.openSync(fifo, fs.constants.O_WRONLY | fs.constants.O_NONBLOCK)
    try {
      const sink = new FileSink(writer)
      const block = Buffer.alloc(100_000, 'x')
      let taken = 0
      assert.throws(
        () => {
          for (;;) taken += sink.write([block])
        },
        { code: 'EAGAIN' },
      )
      assert.ok(taken > 0)
      assert.equal(sink.sync(), undefined)
      assert.equal(sink.alreadyWritten(interrupted([block], sink.position)).bytes, 0)
      assert.equal(sink.alreadyWritten(interrupted([block], sink.position - 10)).bytes, 10)
      const got = Buffer.alloc(10)
      assert.equal(fs.readSync(reader, got), 10)
    } finally {
      fs.closeSync(reader)
      fs.closeSync(writer)
    }
  })

  it('on a full device says ENOSPC', () => {
    const fd = fs.openSync('/dev/full', 'w')
    try {
      const sink = new FileSink(fd)
      assert.throws(() => sink.write([Buffer.from('one\n')]), { code: 'ENOSPC' })
      assert.equal(sink.position, 0)
    } finally {
      fs.closeSync(fd)
    }
  })
})

function interrupted(ranges, position, rest = {}) {
  return { ranges, position, piece: [], isSameFile: true, ...rest }
}
