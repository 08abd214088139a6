// rotate(), reopen() and the signals that ask for them: what was sent before is in the old file, what is sent after in the new.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import {
  chmodSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { Worker } from 'node:worker_threads'
import { createWriter } from 'choose-l2'
import { WRITER_TYPES } from '../helpers/kinds.js'
import { archivesOf, textsOf } from '../helpers/rotated.js'
import { tempFolder } from '../helpers/temp-folder.js'

for (const writerType of WRITER_TYPES) {
  describe(`${writerType} writer`, () => {
    it('rotates when asked, again and again', async (t) => {
      const { path, writer } = open(t, { writerType, rotate: 'day' })
      for (const line of ['a', 'b', 'c']) {
        writer.send(line)
        assert.equal(await writer.rotate(), true)
        assert.equal(readFileSync(path, 'utf8'), '')
      }
      writer.send('d')
      await writer.stop(Infinity)
      assert.deepEqual(textsOf(path), ['a\n', 'b\n', 'c\n', 'd\n'])
    })

    it('makes no empty archive', async (t) => {
      const { path, writer } = open(t, { writerType, rotate: '1MB' })
      for (let n = 0; n < 3; n++) assert.equal(await writer.rotate(), true)
      assert.deepEqual(archivesOf(path), [])
    })

    it('gives a new file the mode of the old one', async (t) => {
      const { path, writer } = open(t, { writerType, rotate: '1MB' })
      chmodSync(path, 0o600)
      writer.send('a')
      await writer.rotate()
      assert.equal(statSync(path).mode & 0o777, 0o600)
    })

    it('writes what is sent in later ticks while it rotates', async (t) => {
      const { path, writer } = open(t, { writerType, rotate: '1MB' })
      const rotations = []
      for (let n = 0; n < 50; n++) {
        writer.send(`line ${n}`)
        rotations.push(writer.rotate())
        await new Promise(setImmediate)
      }
      assert.ok((await Promise.all(rotations)).every(Boolean))
      await writer.stop(Infinity)
      assert.equal(textsOf(path).join(''), Array.from({ length: 50 }, (_, n) => `line ${n}\n`).join(''))
    })
  })
}

it('every file begins with the header that a function makes for it', async (t) => {
  let n = 0
  const { path, writer } = open(t, { rotate: { size: '1MB', header: () => `# file ${++n}` } })
  for (const line of ['a', 'b', 'c']) {
    writer.send(line)
    const told = once(writer, 'rotate')
    await writer.rotate()
    await told
  }
  await writer.stop(Infinity)
  const headers = textsOf(path).map((text) => text.split('\n')[0])
  assert.ok(
    headers.every((header) => /^# file \d+$/.test(header)),
    headers.join(),
  )
  assert.equal(new Set(headers).size, 4)
})

it('a header counts against the limit, and one that is too long is refused', async (t) => {
  const { path, writer } = open(t, { rotate: { size: 100, header: '# h' } })
  for (const letter of 'abc') writer.send(letter.repeat(95))
  await writer.stop(Infinity)
  assert.deepEqual(
    textsOf(path),
    ['a', 'b', 'c'].map((letter) => `# h\n${letter.repeat(95)}\n`),
  )
  const long = { rotate: { size: 100, header: () => 'x'.repeat(4000) } }
  assert.throws(() => createWriter(path, long), { code: 'ERR_INVALID_ARGUMENT', message: /4000 bytes/ })
})

it('onStart begins with a new file unless the old one is empty, and the event tells it', async (t) => {
  const { path, writer } = open(t, { rotate: { size: '1MB', onStart: true } })
  writer.send('a')
  await writer.stop(Infinity)
  const second = createWriter(path, { rotate: { size: '1MB', onStart: true } })
  const [rotation] = await once(second, 'rotate')
  assert.equal(rotation.reason, 'request')
  second.send('b')
  await second.stop(Infinity)
  assert.deepEqual(textsOf(path), ['a\n', 'b\n'])
})

it('a symlink leads to the live file; what is no link stays', async (t) => {
  const folder = tempFolder(t)
  const [path, symlink] = ['app.log', 'current'].map((name) => join(folder, name))
  for (let start = 0; start < 2; start++) {
    const writer = createWriter(path, { rotate: { size: '1MB', symlink } })
    writer.send('a')
    await writer.rotate()
    await writer.stop(Infinity)
    assert.equal(readlinkSync(symlink), 'app.log')
  }
  const links = readdirSync(folder).filter((name) => name.startsWith('current'))
  assert.deepEqual(links, ['current'], 'nothing else is left')
  const deep = join(folder, 'no', 'folder')
  assert.throws(() => createWriter(path, { rotate: { size: '1MB', symlink: deep } }), {
    code: 'ERR_OPEN_FAILED',
    message: /^Could not make the link .*no\/folder: ENOENT/,
  })
  writeFileSync(join(folder, 'taken'), 'text')
  assert.throws(() => createWriter(path, { rotate: { size: '1MB', symlink: join(folder, 'taken') } }), {
    code: 'ERR_INVALID_ARGUMENT',
  })
  assert.equal(readFileSync(join(folder, 'taken'), 'utf8'), 'text')
})

it('compresses all archives but the newest, away from the thread that writes', async (t) => {
  const { folder, path, writer } = open(t, { rotate: { size: '1MB', compress: 'gzip' } })
  for (const line of ['a', 'b', 'c']) {
    writer.send(line)
    await writer.rotate()
  }
  while (readdirSync(folder).filter((name) => name.endsWith('.gz')).length < 2)
    await new Promise(setImmediate)
  while (readdirSync(folder).some((name) => /\.[12]$/.test(name))) await new Promise(setImmediate)
  await writer.stop(Infinity)
  assert.deepEqual(textsOf(path), ['a\n', 'b\n', 'c\n', ''])
  assert.deepEqual(
    archivesOf(path).map((name) => name.split('.').at(-1)),
    ['gz', 'gz', '3'],
  )
})

it('what waits to be compressed at a start is compressed, and half-written results go', async (t) => {
  const { folder, path, writer } = open(t, { rotate: { size: '1MB' } })
  for (const line of ['a', 'b']) {
    writer.send(line)
    await writer.rotate()
  }
  await writer.stop(Infinity)
  const [oldest] = archivesOf(path)
  writeFileSync(`${oldest}.gz.tmp`, 'half')
  const second = createWriter(path, { rotate: { size: '1MB', compress: { type: 'gzip', keepPlain: 0 } } })
  assert.ok(!existsSync(`${oldest}.gz.tmp`) || readFileSync(`${oldest}.gz.tmp`, 'latin1') !== 'half')
  while (readdirSync(folder).some((name) => /\.\d$|tmp$/.test(name))) await new Promise(setImmediate)
  await second.stop(Infinity)
  assert.deepEqual(textsOf(path), ['a\n', 'b\n', ''])
})

describe('a signal', () => {
  let alive // waiting for a signal keeps no process alive
  before(() => {
    alive = setInterval(() => {}, 60_000)
  })
  after(() => clearInterval(alive))

  it('rotates with rotateOn, and no longer ends the process', async (t) => {
    const { path, writer } = open(t, { rotate: 'day', rotateOn: ['SIGUSR2', 'SIGHUP'] })
    for (const signal of ['SIGUSR2', 'SIGHUP']) {
      writer.send(signal)
      const told = once(writer, 'rotate')
      process.kill(process.pid, signal)
      await told
    }
    await writer.stop(Infinity)
    assert.deepEqual(textsOf(path), ['SIGUSR2\n', 'SIGHUP\n', ''])
    assert.equal(process.listenerCount('SIGUSR2'), 0)
  })

  it('is shared by many writers with one listener', async (t) => {
    const writers = Array.from({ length: 12 }, () => open(t, { rotate: 'day', rotateOn: 'SIGUSR2' }))
    assert.equal(process.listenerCount('SIGUSR2'), 1)
    for (const { writer } of writers) writer.send('a')
    const told = Promise.all(writers.map(({ writer }) => once(writer, 'rotate')))
    process.kill(process.pid, 'SIGUSR2')
    await told
    for (const { writer } of writers) await writer.stop(Infinity)
    assert.equal(process.listenerCount('SIGUSR2'), 0)
  })

  it('is refused on other threads, and where it is none', async (t) => {
    const path = join(tempFolder(t), 'app.log')
    for (const rotateOn of ['SIGKILL', 'HUP', 1, []]) {
      assert.throws(() => createWriter(path, { rotate: 'day', rotateOn }), {
        code: 'ERR_INVALID_ARGUMENT',
        message: /Expected rotateOn to be a signal, like 'SIGHUP'/,
      })
    }
    assert.throws(() => createWriter(path, { rotateOn: 'SIGHUP' }), /rotateOn to come with the option rotate/)
    const code = `const { createWriter } = require('choose-l2')
      createWriter(${JSON.stringify(path)}, { reopen: 'SIGHUP' })`
    const [error] = await once(new Worker(code, { eval: true }), 'error')
    assert.match(error.message, /reopen to be set on the main thread only/)
    assert.equal(existsSync(path), false)
  })
})

describe('a log that cannot rotate', () => {
  it('is refused: a descriptor, a pipe, a device', (t) => {
    const fd = openSync(join(tempFolder(t), 'file'), 'a')
    t.after(() => closeSync(fd))
    for (const target of [fd, '/dev/null', `/proc/self/fd/${fd}`]) {
      for (const option of [{ rotate: '1MB' }, { lock: true }]) {
        const message = new RegExp(`path of a regular file, for the option ${Object.keys(option)[0]}`)
        assert.throws(() => createWriter(target, option), { code: 'ERR_INVALID_ARGUMENT', message })
      }
    }
  })

  it('says so when it is asked', async (t) => {
    const { writer } = open(t, {})
    await assert.rejects(writer.rotate(), { code: 'ERR_INVALID_ARGUMENT', message: /rotate/ })
    assert.equal(await writer.reopen(), true)
    const other = createWriter('/dev/null')
    await assert.rejects(other.reopen(), { code: 'ERR_INVALID_ARGUMENT' })
    await other.stop()
  })

  it('answers false once it has stopped', async (t) => {
    const { writer } = open(t, { rotate: '1MB' })
    await writer.stop()
    assert.equal(await writer.rotate(), false)
    assert.equal(await writer.reopen(), false)
  })
})

function open(t, options) {
  const folder = tempFolder(t)
  const path = join(folder, 'app.log')
  const writer = createWriter(path, options)
  t.after(() => writer.stop())
  return { folder, path, writer }
}
