import assert from 'node:assert/strict'
import { constants } from 'node:buffer'
import { once } from 'node:events'
import { closeSync, ftruncateSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Worker } from 'node:worker_threads'
import { loadLibc, systemError } from '../../build/native/libc.js'
import { FileMapping } from '../../build/native/mapping.js'
import { until } from '../helpers/until.js'
import { tempFolder } from '../helpers/temp-folder.js'

const libc = loadLibc()

describe('a window of a file', { skip: libc.available ? false : libc.reason }, () => {
  const page = libc.pageSize
  let directory
  let path
  let fd
  before(() => {
    directory = tempFolder()
    path = join(directory, 'file')
    fd = openSync(path, 'w+')
  })
  after(() => {
    closeSync(fd)
    rmSync(directory, { recursive: true })
  })
  beforeEach(() => {
    ftruncateSync(fd, 0)
    libc.allocate(fd, 0, 8 * page)
  })

  it('has empty memory behind it before the first move', () => {
    const mapping = new FileMapping(libc, page)
    assert.equal(mapping.offset, undefined)
    assert.ok(mapping.bytes.every((byte) => byte === 0))
    mapping.release()
  })

  it('shows whichever part of the file it was moved to, through one and the same view', () => {
    const mapping = new FileMapping(libc, 2 * page)
    const view = mapping.bytes
    for (const offset of [0, 4 * page, 2 * page]) {
      mapping.moveTo(fd, offset)
      assert.equal(mapping.offset, offset)
      assert.equal(mapping.bytes, view)
      writeSync(fd, `written at ${offset}`, offset)
      assert.equal(view.toString('latin1', 0, 30).replaceAll('\0', ''), `written at ${offset}`)
      view.write(`stored at ${offset}`, page)
    }
    mapping.release()
    const content = readFileSync(path, 'latin1')
    assert.deepEqual(content.match(/stored at \d+/g), [
      'stored at 0',
      `stored at ${2 * page}`,
      `stored at ${4 * page}`,
    ])
  })

  it('copies from shared memory', () => {
    const mapping = new FileMapping(libc, page)
    mapping.moveTo(fd, page)
    const shared = Buffer.from(new SharedArrayBuffer(100))
    shared.write('shared', 10)
    assert.equal(mapping.fill(5, shared.subarray(10, 16)), 6)
    mapping.release()
    assert.equal(readFileSync(path).toString('latin1', page + 5, page + 11), 'shared')
  })

  it('copies as well where a sandbox forbids the guarded copy', () => {
    let asked = 0
    const sandboxed = {
      ...libc,
      copyGuarded() {
        asked++
        throw systemError(1, 'process_vm_readv')
      },
    }
    const mapping = new FileMapping(sandboxed, page)
    mapping.moveTo(fd, 0)
    assert.equal(mapping.fill(0, Buffer.from('one ')), 4)
    assert.equal(mapping.fill(4, new Uint8Array(Buffer.from('two'))), 3)
    mapping.release()
    assert.equal(asked, 1)
    assert.equal(readFileSync(path).toString('latin1', 0, 7), 'one two')
  })

  it('refuses what no view can show, which would be a fatal error', () => {
    assert.throws(
      () => new FileMapping(libc, Math.ceil((constants.MAX_LENGTH + 1) / page) * page),
      RangeError,
    )
  })

  it('refuses lengths that are not whole pages and copies that do not fit', () => {
    assert.throws(() => new FileMapping(libc, page + 1), RangeError)
    assert.throws(() => new FileMapping(libc, 0), RangeError)
    const mapping = new FileMapping(libc, page)
    assert.throws(() => mapping.fill(page - 2, Buffer.from('abc')), RangeError)
    assert.throws(() => mapping.fill(-1, Buffer.from('abc')), RangeError)
    mapping.release()
  })

  it('gives the addresses back after the release, but not before the last view is gone', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc')
    const given = []
    const watched = { ...libc, unmap: (...range) => given.push(range) && libc.unmap(...range) }
    const views = [releasedView(watched, page), releasedView(watched, 2 * page)]
    for (let n = 0; n < 10; n++) {
      collect()
      await nextTurn()
    }
    assert.deepEqual(given, [])
    views.length = 1
    await until(() => {
      collect()
      return given.length > 0
    })
    assert.deepEqual(
      given.map(([, length]) => length),
      [2 * page],
    )
    assert.equal(views[0][0], 0)
  })

  it('gives the addresses back at once where it is told that nobody looks', () => {
    const given = []
    const mapping = new FileMapping({ ...libc, unmap: (address, length) => given.push(length) }, page)
    assert.equal(mapping.bytes[0], 0)
    mapping.unmap()
    mapping.unmap()
    mapping.release()
    assert.deepEqual(given, [page])
  })

  it('leaves a view that is harmless after the release, and detached from the file', () => {
    const mapping = new FileMapping(libc, page)
    mapping.moveTo(fd, 0)
    const view = mapping.bytes
    view.write('kept')
    mapping.release()
    mapping.release()
    assert.equal(mapping.offset, undefined)
    assert.equal(view[0], 0)
    view.write('lost')
    assert.equal(readFileSync(path).toString('latin1', 0, 4), 'kept')
    assert.throws(() => mapping.fill(0, view), /released/)
    assert.throws(() => mapping.moveTo(fd, 0), /released/)
  })

  it('leaves a view that is harmless after a move that failed', () => {
    const mapping = new FileMapping(libc, page)
    mapping.moveTo(fd, 0)
    mapping.bytes.write('before')
    assert.throws(() => mapping.moveTo(fd, 1), { code: 'EINVAL', syscall: 'mmap' })
    assert.equal(mapping.offset, undefined)
    mapping.bytes.write('nowhere')
    mapping.moveTo(fd, 0)
    assert.equal(mapping.bytes.toString('latin1', 0, 6), 'before')
    mapping.release()
  })

  it('is shared memory for two threads that map the same file, atomics included', async () => {
    const mapping = new FileMapping(libc, page)
    mapping.moveTo(fd, 0)
    const words = new Int32Array(mapping.bytes.buffer, 0, 2)
    const script = `
      import { loadLibc } from ${JSON.stringify(new URL('../../build/native/libc.js', import.meta.url).href)}
      import { FileMapping } from ${JSON.stringify(new URL('../../build/native/mapping.js', import.meta.url).href)}
      import { workerData } from 'node:worker_threads'
      const mapping = new FileMapping(loadLibc(), ${page})
      mapping.moveTo(workerData, 0)
      const words = new Int32Array(mapping.bytes.buffer, 0, 2)
      for (let i = 0; i < 100_000; i++) Atomics.add(words, 0, 1)
      Atomics.store(words, 1, 1)
      mapping.release()`
    const source = new URL(`data:text/javascript,${encodeURIComponent(script)}`)
    const worker = new Worker(source, { workerData: fd })
    const exited = once(worker, 'exit')
    await once(worker, 'online')
    for (let i = 0; i < 100_000; i++) Atomics.add(words, 0, 1)
    assert.deepEqual(await exited, [0])
    assert.deepEqual([...words], [200_000, 1])
    mapping.release()
  })

  it('neither grows the process nor its address space while walking through a large file', () => {
    const mapping = new FileMapping(libc, 4 * page)
    const before = addressSpaceKb()
    for (let i = 0; i < 20_000; i++) mapping.moveTo(fd, (i % 2) * 4 * page)
    assert.ok(addressSpaceKb() - before < 100_000)
    mapping.release()
  })
})

function addressSpaceKb() {
  return Number(/VmSize:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1])
}

/** What is left of a window that was let go: a view of empty memory. */
function releasedView(libc, length) {
  const mapping = new FileMapping(libc, length)
  const view = mapping.bytes.subarray(0, 1)
  mapping.release()
  return view
}
