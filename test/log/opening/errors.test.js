// Whatever cannot be opened throws from the constructor, with the system's error as cause.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { BlockBufferedWriter, createWriter, Q } from 'choose-l2'
import { WRITER_TYPES } from '../../helpers/kinds.js'
import { runProgram } from '../../helpers/program.js'
import { tempFolder } from '../../helpers/temp-folder.js'

for (const writerType of WRITER_TYPES) {
  const expectFailure = (path, code, options = {}) =>
    assert.throws(
      () => createWriter(path, { writerType, ...options }),
      (error) => {
        assert.equal(error.code, 'ERR_OPEN_FAILED')
        assert.equal(error.cause.code, code)
        assert.ok(error.message.includes(code))
        return true
      },
    )

  test(`${writerType}: a directory`, (t) => expectFailure(tempFolder(t), 'EISDIR'))

  test(`${writerType}: a folder that is missing, with mkdir: false`, (t) => {
    const folder = join(tempFolder(t), 'missing')
    expectFailure(join(folder, 'app.log'), 'ENOENT', { mkdir: false })
    assert.equal(existsSync(folder), false)
  })

  test(`${writerType}: a file in the place of a folder`, (t) => {
    const file = join(tempFolder(t), 'file')
    writeFileSync(file, '')
    expectFailure(join(file, 'app.log'), 'ENOTDIR', { mkdir: false })
    assert.throws(() => createWriter(join(file, 'app.log'), { writerType }), { code: 'ERR_OPEN_FAILED' })
  })

  test(`${writerType}: a descriptor that is not open`, () => expectFailure(987_654, 'EBADF'))

  test(`${writerType}: a failed constructor leaves no descriptor open`, (t) => {
    const folder = tempFolder(t)
    const before = readdirSync('/proc/self/fd').length
    const q = new Q()
    const owner = new BlockBufferedWriter(q, join(folder, 'app.log'), 'trigger', { thread: false })
    assert.throws(() => new BlockBufferedWriter(q, join(folder, 'b.log')), { code: 'ERR_QUEUE_IN_USE' })
    for (let n = 0; n < 20; n++) expectFailure(folder, 'EISDIR')
    owner.stopSync()
    assert.equal(readdirSync('/proc/self/fd').length, before)
  })
}

test('bad arguments are told before any file is touched', (t) => {
  const folder = join(tempFolder(t), 'untouched')
  const path = join(folder, 'app.log')
  for (const options of [
    { writerType: 'blocks' },
    { mode: 'auto' },
    { policy: 'drop' },
    { queueSize: -1 },
    { queueSize: 1.5 },
    { queueBytes: 0 },
    { batchSize: 0 },
    { flushInterval: 0 },
    { flushInterval: '100' },
    { fileMode: '644' },
    { append: 1 },
    { encoding: 'latin1' },
    { lanes: 0 },
    { exitTimeout: -1 },
    { queuesize: 10 },
    'block',
    null,
  ]) {
    assert.throws(() => createWriter(path, options), { code: 'ERR_INVALID_ARGUMENT', message: /^Expected / })
  }
  for (const target of [
    '',
    `${folder}/a\0b`,
    new URL('http://localhost/a'),
    -1,
    1.5,
    Number.NaN,
    null,
    {},
    [],
  ]) {
    assert.throws(() => createWriter(target), { code: 'ERR_INVALID_ARGUMENT', message: /^Expected path / })
  }
  assert.equal(existsSync(folder), false)
})

test('a user who may not write there is told EACCES', { skip: process.getuid() !== 0 }, async (t) => {
  const folder = tempFolder(t)
  chmodSync(folder, 0o755)
  writeFileSync(join(folder, 'app.log'), '', { mode: 0o600 })
  mkdirSync(join(folder, 'sub'))
  for (const name of ['app.log', 'new.log', 'sub/new.log', 'missing/new.log']) {
    const { stdout } = await runProgram(t, 'try-to-open.js', [join(folder, name)], {
      env: { OPEN_AS: '65534' },
    })
    assert.deepEqual(JSON.parse(stdout), { code: 'ERR_OPEN_FAILED', cause: 'EACCES' })
  }
  assert.equal(statSync(join(folder, 'app.log')).size, 0)
})

test('a process without descriptors left is told EMFILE, and has lost none by trying', async (t) => {
  const { stdout } = await runProgram(t, 'run-out-of-files.js', [tempFolder(t)])
  assert.deepEqual(JSON.parse(stdout), { code: 'ERR_OPEN_FAILED', cause: 'EMFILE', lostDescriptors: 0 })
})

test('a FIFO that nobody reads is told at once', (t) => {
  const path = join(tempFolder(t), 'fifo')
  execFileSync('mkfifo', [path])
  assert.throws(
    () => createWriter(path),
    (error) => {
      assert.equal(error.code, 'ERR_OPEN_FAILED')
      assert.equal(error.cause.code, 'ENXIO')
      return true
    },
  )
})

test('a queue that no memory can hold is refused with the options that make it', (t) => {
  const path = join(tempFolder(t), 'app.log')
  const options = { queueBytes: 2 ** 30, queueSize: 2 ** 28, lanes: 1024, crashSafe: false }
  assert.throws(() => createWriter(path, options), {
    code: 'ERR_INVALID_ARGUMENT',
    message: /queueBytes, queueSize and lanes/,
  })
})
