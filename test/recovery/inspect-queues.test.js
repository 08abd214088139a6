// What queue files say to other processes, while their writer runs, is stopped, or is gone.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { createWriter, inspectQueues, recover } from 'choose-l2'
import { startProgram } from '../helpers/program.js'
import { tempFolder } from '../helpers/temp-folder.js'
import { until } from '../helpers/until.js'

const watch = async (t, ...args) => {
  const program = startProgram(t, 'watched.js', args)
  await program.says('sent')
  return program
}

describe('inspectQueues', () => {
  it('agrees with the metrics of a running writer', async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const writer = createWriter(path, { mode: 'manual', policy: 'drop_newest', queueSize: 10, batchSize: 1 })
    for (let n = 0; n < 8; n++) writer.send('a line')
    await writer.flush()
    for (let n = 0; n < 15; n++) writer.send('another line')
    const [queue] = inspectQueues(path)
    const { pending, written, bytesWritten, dropped, errors } = writer.metrics.getSnapshot()
    assert.deepEqual(queue, {
      queue: queue.queue,
      log: path,
      state: 'live',
      pid: process.pid,
      createdAt: queue.createdAt,
      pending,
      pendingBytes: 10 * 'another line\n'.length,
      capacity: writer.metrics.capacity,
      written,
      bytesWritten,
      dropped,
      blockedMs: 0,
      flushes: writer.flushCount,
      errors,
      lastError: null,
    })
    assert.equal(dropped, 5)
    await writer.stop()
    assert.deepEqual(inspectQueues(path), [])
  })

  it('sees a process that is stopped, and one that is gone, and changes nothing', async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const { child, done } = await watch(t, path, 'manual', 50)
    const state = () => inspectQueues(path)[0].state
    assert.equal(state(), 'live')
    child.kill('SIGSTOP')
    await until(() => state() === 'stopped')
    child.kill('SIGKILL')
    await done
    const [left] = inspectQueues(path)
    assert.deepEqual([left.state, left.pending, left.pid], ['left', 50, child.pid])
    assert.equal(recover(path)[0].lines, 50)
    assert.deepEqual(inspectQueues(path), [])
  })

  it('names the last error', async (t) => {
    const folder = join(tempFolder(t), 'logs')
    const path = join(folder, 'app.log')
    const writer = createWriter(path, { rotate: '1MB' })
    const failed = once(writer, 'error')
    writer.send('a line')
    await writer.flush()
    renameSync(folder, `${folder}.moved`)
    await writer.rotate()
    await failed
    const [{ errors, lastError }] = inspectQueues(`${folder}.moved`)
    assert.ok(errors >= 1)
    assert.deepEqual([lastError.during, lastError.code], ['rotate', 'ENOENT'])
    assert.ok(Math.abs(Date.now() - lastError.at) < 3_600_000)
    renameSync(`${folder}.moved`, folder)
    await writer.stop()
  })

  it('says why a file cannot be read, and follows no link', (t) => {
    const folder = tempFolder(t)
    const name = (digit) => join(folder, `.app.log.000000000000000${digit}.queue`)
    writeFileSync(name(0), 'nonsense'.repeat(2000))
    writeFileSync(name(1), '')
    symlinkSync('/etc/passwd', name(2))
    mkdirSync(name(3))
    const states = inspectQueues(folder).map(({ state }) => state)
    assert.deepEqual(states, ['unreadable', 'empty', 'unreadable', 'unreadable'])
    assert.match(inspectQueues(folder)[0].reason, /does not begin like a queue file/)
    assert.equal(readdirSync(folder).length, 4)
  })

  it('refuses what is no path, and a folder that is not there', () => {
    for (const wrong of [1, '', null, ['a', 2]])
      assert.throws(() => inspectQueues(wrong), { code: 'ERR_INVALID_ARGUMENT' })
    assert.throws(() => inspectQueues('.', { queueDir: '/none' }), { code: 'ERR_INVALID_ARGUMENT' })
    assert.throws(() => inspectQueues('.', { queuedir: '.' }), /Did you mean|known option/)
    assert.deepEqual(inspectQueues('/none/app.log'), [])
  })

  it('stays possible while the writer works', async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const writer = createWriter(path)
    const stopped = once(writer, 'close')
    for (let n = 0; n < 200; n++) {
      for (let line = 0; line < 500; line++) writer.send(`line ${line}`)
      const [{ pending, pendingBytes, written, capacity }] = inspectQueues(path)
      assert.ok(pending >= 0 && pending <= capacity && pendingBytes >= 0 && written >= 0)
    }
    await writer.stop()
    await stopped
  })
})
