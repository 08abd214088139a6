// Whether a writer's lines survive the process: what the writer says, what the option asks for, and what is refused.

import assert from 'node:assert/strict'
import { constants } from 'node:buffer'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { attachWriter, createWriter, BlockBufferedWriter, Q } from 'choose-l2'
import { allFiles, leaveBehind, queueFiles } from '../helpers/orphan.js'
import { canMap, WRITER_TYPES } from '../helpers/kinds.js'
import { runProgram } from '../helpers/program.js'
import { expectAllLines } from '../helpers/numbered-lines.js'
import { tempFolder } from '../helpers/temp-folder.js'

describe('crash safety', { skip: !canMap && 'koffi is not installed' }, () => {
  for (const writerType of WRITER_TYPES) {
    for (const crashSafe of [undefined, true]) {
      test(`${writerType} writer, crashSafe ${crashSafe}: the queue lies beside the log until the stop`, async (t) => {
        const path = join(tempFolder(t), 'app.log')
        const writer = createWriter(path, { writerType, ...(crashSafe === undefined ? {} : { crashSafe }) })
        assert.equal(writer.crashSafe, true)
        assert.equal(writer.notCrashSafeBecause, null)
        assert.equal(queueFiles(join(path, '..'), path).length, 1)
        writer.send('x'.repeat(5 * 1024 * 1024)) // larger than the queue: the file grows
        assert.equal(await writer.stop(Infinity), true)
        assert.deepEqual(allFiles(join(path, '..'), path), [])
      })
    }
  }

  test('crashSafe false: no file, and nothing that others left is touched', async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const queue = await leaveBehind(t, { path, lines: 20 })
    const writer = createWriter(path, { crashSafe: false })
    assert.equal(writer.crashSafe, false)
    assert.match(writer.notCrashSafeBecause, /crashSafe is false/)
    assert.deepEqual(allFiles(join(path, '..'), path), [queue])
    await writer.stop(Infinity)
    assert.ok(existsSync(queue))
    await createWriter(path).stop(Infinity)
    expectAllLines(path, 20)
  })

  test('queueDir: the queue lies there, and only there', async (t) => {
    const folder = tempFolder(t)
    const path = join(folder, 'app.log')
    const queueDir = join(folder, 'queues')
    mkdirSync(queueDir)
    const writer = createWriter(path, { queueDir })
    assert.equal(queueFiles(queueDir, path).length, 1)
    assert.deepEqual(allFiles(folder, path), [])
    assert.equal(await writer.stop(Infinity), true)
    assert.deepEqual(allFiles(queueDir, path), [])
  })

  test('a relative queueDir stays where it was when the application goes elsewhere', async (t) => {
    const folder = tempFolder(t)
    const path = join(folder, 'app.log')
    const queueDir = join(folder, 'queues')
    mkdirSync(queueDir)
    const home = process.cwd()
    t.after(() => process.chdir(home))
    process.chdir(folder)
    const writer = createWriter(path, { queueDir: 'queues' })
    process.chdir(home)
    const attached = attachWriter(writer.handle)
    attached.send('from far away')
    attached.detach()
    assert.equal(await writer.stop(Infinity), true)
    assert.equal(readFileSync(path, 'utf8'), 'from far away\n')
    assert.deepEqual(allFiles(queueDir, path), [])
  })

  test('a queueDir that is not there: in memory, or refused if it is required', async (t) => {
    const folder = tempFolder(t)
    const path = join(folder, 'app.log')
    const queueDir = join(folder, 'nowhere')
    const writer = createWriter(path, { queueDir })
    assert.equal(writer.crashSafe, false)
    assert.match(writer.notCrashSafeBecause, /ENOENT/)
    writer.send('all the same')
    await writer.stop(Infinity)
    assert.equal(readFileSync(path, 'utf8'), 'all the same\n')
    assert.throws(() => createWriter(path, { queueDir, crashSafe: true }), {
      code: 'ERR_CRASH_SAFETY_UNAVAILABLE',
      message: /app\.log cannot have a crash-safe queue: .*ENOENT/,
    })
  })

  test('a queueDir or a size that cannot be is a process warning, once', async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const tooLarge = { lanes: Math.ceil(constants.MAX_LENGTH / 2 ** 30), queueBytes: 2 ** 30 }
    const cases = [{ queueDir: join(path, '..', 'missing') }]
    if (tooLarge.lanes <= 8) cases.push(tooLarge) // later Node versions can map more than a disk can hold
    for (const options of cases) {
      const warnings = []
      const listener = (warning) => warnings.push(warning)
      process.on('warning', listener)
      t.after(() => process.off('warning', listener))
      for (let n = 0; n < 2; n++) {
        const writer = createWriter(path, options)
        assert.equal(writer.crashSafe, false)
        assert.match(writer.notCrashSafeBecause, /does not exist|queueBytes.* lower one of them/)
        assert.equal(await writer.stop(Infinity), true)
      }
      process.off('warning', listener)
      assert.deepEqual(
        warnings.map(({ code }) => code),
        ['CHOOSE_L2_NOT_CRASH_SAFE'],
      )
    }
  })

  test('without such an option there is no warning', async () => {
    const listener = (warning) => assert.fail(warning)
    process.on('warning', listener)
    await createWriter('/dev/null').stop(Infinity)
    process.off('warning', listener)
  })

  test('a queueDir on a file system that reserves nothing', (t) => {
    const path = join(tempFolder(t), 'app.log')
    assert.throws(() => createWriter(path, { queueDir: '/proc', crashSafe: true }), {
      code: 'ERR_CRASH_SAFETY_UNAVAILABLE',
      message: /not known to reserve space/,
    })
  })

  test('a descriptor has no name to come back to', async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const fd = openSync(path, 'a')
    t.after(() => closeSync(fd))
    assert.throws(() => createWriter(fd, { crashSafe: true }), { code: 'ERR_CRASH_SAFETY_UNAVAILABLE' })
    const writer = createWriter(fd)
    assert.equal(writer.crashSafe, false)
    assert.match(writer.notCrashSafeBecause, /not a regular file/)
    await writer.stop(Infinity)
  })

  test('a device is no regular file', async () => {
    const writer = createWriter('/dev/null')
    assert.equal(writer.crashSafe, false)
    await writer.stop(Infinity)
  })

  test('a queue of the application lies in memory', async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const writer = new BlockBufferedWriter(new Q(), path)
    assert.equal(writer.crashSafe, false)
    assert.match(writer.notCrashSafeBecause, /application/)
    await writer.stop(Infinity)
    assert.throws(() => new BlockBufferedWriter(new Q(), path, 'trigger', { crashSafe: true }), {
      code: 'ERR_INVALID_ARGUMENT',
    })
  })

  test('an open that fails leaves no queue behind', (t) => {
    const path = join(tempFolder(t), 'app.log')
    assert.throws(() => createWriter(join(path, '..')), { code: 'ERR_OPEN_FAILED' })
    assert.throws(() => createWriter(path, { queueDir: '' }), { code: 'ERR_INVALID_ARGUMENT' })
    assert.deepEqual(allFiles(join(path, '..'), path), [])
  })
})

test('without addons the queue is in memory, and the reason says so', async (t) => {
  const path = join(tempFolder(t), 'app.log')
  const program = 'open-and-stop.js'
  const { code, stdout } = await runProgram(t, program, [path], { execArgv: ['--no-addons'] })
  assert.equal(code, 0)
  const { stopped, crashSafe, because } = JSON.parse(stdout)
  assert.deepEqual({ stopped, crashSafe }, { stopped: true, crashSafe: false })
  assert.equal(typeof because, 'string')
})
