import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { closeSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, beforeEach, describe, it } from 'node:test'
import { loadLibc, systemError } from '../../build/native/libc.js'
import { checkMappable } from '../../build/native/mappable.js'
import { tempFolder } from '../helpers/temp-folder.js'

const libc = loadLibc()
const unavailable = (message) => ({ name: 'ChooseL2Error', code: 'ERR_MMAP_UNAVAILABLE', message })

it('without koffi the message names the reason and the alternative, and the cause is kept', () => {
  const cause = Object.assign(new Error('Cannot find module'), { code: 'MODULE_NOT_FOUND' })
  const missing = { available: false, reason: 'the optional package koffi is not installed', cause }
  assert.throws(
    () => checkMappable(1, 'app.log', missing),
    (error) => {
      assert.equal(error.code, 'ERR_MMAP_UNAVAILABLE')
      assert.match(error.message, /app\.log.*koffi is not installed.*writerType: 'block'/)
      assert.equal(error.cause, cause)
      return true
    },
  )
})

describe(
  'whether a file can be written through memory',
  { skip: libc.available ? false : libc.reason },
  () => {
    let directory
    let path
    before(() => {
      directory = tempFolder()
      path = join(directory, 'app.log')
    })
    beforeEach(() => writeFileSync(path, 'earlier content\n'))

    const withFile = (flags, run, file = path) => {
      const fd = openSync(file, flags)
      try {
        return run(fd)
      } finally {
        closeSync(fd)
      }
    }

    it('a regular file can, and is not changed by the check', () => {
      withFile('r+', (fd) => checkMappable(fd, path))
      assert.equal(readFileSync(path, 'utf8'), 'earlier content\n')
      assert.ok(statSync(path).blocks * 512 <= 2 * libc.pageSize)
    })

    it('an empty file can', () => {
      withFile('w+', (fd) => checkMappable(fd, path))
      assert.equal(statSync(path).size, 0)
    })

    it('a device cannot', () => {
      withFile(
        'r+',
        (fd) => assert.throws(() => checkMappable(fd, '/dev/full'), unavailable(/regular file/)),
        '/dev/full',
      )
    })

    it('a pipe cannot', () => {
      const fifo = join(directory, 'fifo')
      execFileSync('mkfifo', [fifo])
      withFile('r+', (fd) => assert.throws(() => checkMappable(fd, fifo), unavailable(/regular file/)), fifo)
    })

    it('a file that is open only for writing, or only for reading, cannot', () => {
      withFile('a', (fd) =>
        assert.throws(() => checkMappable(fd, path), unavailable(/cannot be mapped \(EACCES\)/)),
      )
      withFile('r', (fd) =>
        assert.throws(() => checkMappable(fd, path), unavailable(/allocated in it \(EBADF\)/)),
      )
    })

    it('a file system that cannot allocate cannot', () => {
      const poor = {
        ...libc,
        allocate() {
          throw systemError(95, 'fallocate')
        },
      }
      withFile('r+', (fd) => {
        assert.throws(
          () => checkMappable(fd, path, poor),
          unavailable(/cannot be allocated in it \(ENOTSUP\)/),
        )
        checkMappable(fd, path)
      })
    })

    it('a full disk can: room may come', () => {
      const full = {
        ...libc,
        allocate() {
          throw systemError(28, 'fallocate')
        },
      }
      withFile('r+', (fd) => checkMappable(fd, path, full))
    })

    it('a file system without locks cannot', () => {
      const lockless = {
        ...libc,
        tryLock() {
          throw systemError(37, 'flock')
        },
      }
      withFile('r+', (fd) =>
        assert.throws(() => checkMappable(fd, path, lockless), unavailable(/no locks \(ENOLCK\)/)),
      )
    })

    it('a second writer is refused until the first closes the file', () => {
      withFile('r+', (second) => {
        withFile('r+', (first) => {
          checkMappable(first, path)
          assert.throws(() => checkMappable(second, path), { code: 'ERR_FILE_IN_USE', message: /another/ })
        })
        checkMappable(second, path)
      })
    })

    it('a second writer in another process is refused, and the lock goes with its holder', () => {
      const module = new URL('../../build/native/mappable.js', import.meta.url).href
      const script = `
      import { openSync } from 'node:fs'
      import { checkMappable } from ${JSON.stringify(module)}
      try {
        checkMappable(openSync(${JSON.stringify(path)}, 'r+'), 'app.log')
        console.log('locked')
      } catch (error) {
        console.log(error.code)
      }`
      const ask = () =>
        execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' })
      withFile('r+', (fd) => {
        checkMappable(fd, path)
        assert.equal(ask(), 'ERR_FILE_IN_USE\n')
      })
      assert.equal(ask(), 'locked\n')
      withFile('r+', (fd) => checkMappable(fd, path))
    })

    it('a refused file is left unlocked', () => {
      withFile('a', (refused) => {
        assert.throws(() => checkMappable(refused, path), unavailable(/mapped/))
        withFile('r+', (fd) => checkMappable(fd, path))
      })
    })
  },
)
