import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { closeSync, ftruncateSync, openSync, rmSync, statSync, fstatSync } from 'node:fs'
import { join } from 'node:path'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { koffiFile } from '../../build/native/koffi.js'
import { bindLibc, loadLibc, systemError } from '../../build/native/libc.js'
import { tempFolder } from '../helpers/temp-folder.js'

const moduleUrl = new URL('../../build/native/libc.js', import.meta.url).href
const koffiUrl = new URL('../../build/native/koffi.js', import.meta.url).href
const libc = loadLibc()

describe('a C library that is not available comes with a reason and never throws', () => {
  it('koffi is not installed', () => {
    const cause = Object.assign(new Error("Cannot find module 'koffi'"), { code: 'MODULE_NOT_FOUND' })
    const answer = bindLibc(() => {
      throw cause
    }, 'linux')
    assert.deepEqual(answer, {
      available: false,
      reason: 'the optional package koffi is not installed',
      cause,
    })
  })

  it('another platform, where koffi is not even loaded', () => {
    for (const platform of ['darwin', 'win32', 'freebsd']) {
      const answer = bindLibc(() => assert.fail('loaded'), platform)
      assert.equal(answer.available, false)
      assert.match(answer.reason, new RegExp(`needs Linux, this is ${platform}`))
    }
  })

  it('a 32-bit system', () => {
    assert.match(bindLibc(() => ({ sizeof: () => 4 }), 'linux').reason, /64-bit/)
  })

  it('a binary that does not load', () => {
    const answer = bindLibc(() => {
      throw new Error('wrong ELF class')
    }, 'linux')
    assert.match(answer.reason, /koffi cannot be used \(wrong ELF class\)/)
  })

  it('a process that forbids native addons', { skip: process.platform !== 'linux' }, () => {
    const script = `import { loadLibc } from ${JSON.stringify(moduleUrl)}; console.log(loadLibc().reason)`
    const args = ['--no-addons', '--input-type=module', '--eval', script]
    assert.equal(
      execFileSync(process.execPath, args, { encoding: 'utf8' }).trim(),
      'this process does not allow native addons',
    )
  })
})

describe('the C library', { skip: libc.available ? false : libc.reason }, () => {
  let directory
  let fd
  before(() => {
    directory = tempFolder()
    fd = openSync(join(directory, 'file'), 'w+')
  })
  after(() => {
    closeSync(fd)
    rmSync(directory, { recursive: true })
  })

  it('is loaded once a thread', () => {
    assert.equal(loadLibc(), libc)
  })

  it('throws errors like those of node:fs', () => {
    assert.throws(() => libc.allocate(-1, 0, 1), {
      name: 'Error',
      message: 'EBADF: bad file descriptor, fallocate',
      code: 'EBADF',
      errno: -9,
      syscall: 'fallocate',
    })
    assert.throws(() => libc.mapFile(-1, 0, libc.pageSize), { code: 'EBADF', syscall: 'mmap' })
    assert.throws(() => libc.tryLock(-1), { code: 'EBADF', syscall: 'flock' })
    assert.throws(() => libc.unlock(-1), { code: 'EBADF', syscall: 'flock' })
    assert.throws(() => libc.unmap(1n, libc.pageSize), { code: 'EINVAL', syscall: 'munmap' })
  })

  it('names the errors that are missing in the table of Node.js', () => {
    assert.equal(systemError(122, 'fallocate').code, 'EDQUOT')
    assert.equal(systemError(9999, 'fallocate').code, 'ERRNO_9999')
  })

  it('allocates with and without making the file longer', () => {
    const path = join(directory, 'file')
    libc.allocate(fd, 0, 10_000, true)
    assert.equal(statSync(path).size, 0)
    assert.ok(statSync(path).blocks > 0)
    libc.allocate(fd, 0, 10_000)
    assert.equal(statSync(path).size, 10_000)
  })

  it('puts another file behind a descriptor, which keeps its number and the lock of that file', () => {
    const [kept, fresh] = ['kept', 'fresh'].map((name) => openSync(join(directory, name), 'w+'))
    assert.equal(libc.tryLock(fresh), true)
    libc.replace(fresh, kept)
    closeSync(fresh)
    assert.equal(fstatSync(kept).ino, statSync(join(directory, 'fresh')).ino)
    const other = openSync(join(directory, 'fresh'), 'r')
    assert.equal(libc.tryLock(other), false)
    closeSync(kept)
    assert.equal(libc.tryLock(other), true)
    closeSync(other)
    assert.throws(() => libc.replace(-1, fd), { code: 'EBADF', syscall: 'dup3' })
  })

  it('syncs a file system', () => {
    libc.syncFileSystem(fd)
    assert.throws(() => libc.syncFileSystem(-1), { code: 'EBADF', syscall: 'syncfs' })
  })

  it('lends the lock to one open file at a time, until it is unlocked or closed', () => {
    const other = openSync(join(directory, 'file'), 'r+')
    assert.equal(libc.tryLock(fd), true)
    assert.equal(libc.tryLock(fd), true, 'the holder may ask again')
    assert.equal(libc.tryLock(other), false)
    libc.unlock(fd)
    assert.equal(libc.tryLock(other), true)
    assert.equal(libc.tryLock(fd), false)
    closeSync(other)
    assert.equal(libc.tryLock(fd), true)
    libc.unlock(fd)
  })

  it('renames a file, but never over another', () => {
    const long = join(directory, 'ä'.repeat(120))
    closeSync(openSync(long, 'w'))
    assert.throws(() => libc.renameNoReplace(long, join(directory, 'file')), {
      code: 'EEXIST',
      syscall: 'renameat2',
    })
    libc.renameNoReplace(long, `${long}.1`)
    assert.throws(() => statSync(long), { code: 'ENOENT' })
    assert.equal(statSync(`${long}.1`).size, 0)
    assert.throws(() => libc.renameNoReplace(long, `${long}.2`), { code: 'ENOENT' })
  })

  it('copies up to where the file ends, and lives', () => {
    ftruncateSync(fd, 0)
    libc.allocate(fd, 0, libc.pageSize)
    const address = libc.mapFile(fd, 0, 3 * libc.pageSize)
    try {
      const source = Buffer.alloc(2 * libc.pageSize, 'x')
      assert.equal(libc.copyGuarded(address, source), libc.pageSize)
      assert.equal(libc.copyGuarded(address + BigInt(libc.pageSize), source), 0)
    } finally {
      libc.unmap(address, 3 * libc.pageSize)
    }
  })

  it('works on several threads at once, none of which keeps the process from ending', () => {
    const program = fileURLToPath(new URL('../programs/load-in-threads.js', import.meta.url))
    const output = execFileSync(process.execPath, [program], { encoding: 'utf8', timeout: 30_000 })
    assert.equal(output.trim(), Array(3).fill(libc.pageSize).join(' '))
  })

  it('ends the process at once, with the given code', () => {
    const script = `
      import { loadLibc } from ${JSON.stringify(moduleUrl)}
      process.on('exit', () => console.log('an exit handler ran'))
      loadLibc().exitNow(7)`
    assert.throws(
      () => execFileSync(process.execPath, ['--input-type=module', '--eval', script]),
      (error) => {
        assert.equal(error.status, 7)
        assert.equal(error.stdout.toString(), '')
        return true
      },
    )
  })
})

it('koffi takes little memory in a thread of ours, and what it always takes in others', async () => {
  const program = `
    import { createRequire } from 'node:module'
    import { parentPort } from 'node:worker_threads'
    import { useKoffiFile } from ${JSON.stringify(koffiUrl)}
    import { loadLibc } from ${JSON.stringify(moduleUrl)}
    useKoffiFile(${JSON.stringify(koffiFile())})
    const { available } = loadLibc()
    const { sync_stack_size, sync_heap_size } = createRequire(${JSON.stringify(moduleUrl)})('koffi').config()
    parentPort.postMessage({ available, bytes: sync_stack_size + sync_heap_size })`
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(program)}`))
  const [answer] = await once(worker, 'message')
  assert.deepEqual(answer, { available: true, bytes: 68 * 1024 })
  const { sync_stack_size: bytes } = createRequire(import.meta.url)('koffi').config()
  assert.ok(bytes > 68 * 1024)
})
