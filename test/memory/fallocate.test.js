// fallocate fails: for a window of the memory-mapped writer, for a queue file. No page
// without room behind it is ever touched: that would be SIGBUS.

import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createWriter } from 'choose-l2'
import { cannotMount, tmpfs } from '../helpers/disks.js'
import { runProgram } from '../helpers/program.js'
import { canMap } from '../helpers/kinds.js'
import { until } from '../helpers/until.js'
import { readLongLines, upTo } from '../helpers/long-lines.js'

const skip = cannotMount || (canMap ? false : 'koffi is not there')

describe('no room for a queue file', { skip }, () => {
  test('by default the queue is in memory instead, the writer says why, and nothing is left behind', async (t) => {
    const disk = tmpfs(t) // 256 KB: less than the queue
    const writer = createWriter(join(disk.folder, 'app.log'))
    assert.equal(writer.crashSafe, false)
    assert.match(writer.notCrashSafeBecause, /ENOSPC/u)
    assert.equal(writer.send('a line'), true)
    assert.equal(await writer.stop(Infinity), true)
    assert.deepEqual(readdirSync(disk.folder), ['app.log'])
  })

  test('with crashSafe: true it is an error that says so', (t) => {
    const disk = tmpfs(t)
    assert.throws(
      () => createWriter(join(disk.folder, 'app.log'), { crashSafe: true }),
      (error) => error.code === 'ERR_CRASH_SAFETY_UNAVAILABLE' && error.cause.code === 'ENOSPC',
    )
    assert.deepEqual(readdirSync(disk.folder), ['app.log'])
  })
})

for (const policy of ['block', 'drop_oldest']) {
  test(`${policy}: the disk of log and queue fills up again and again; no SIGBUS`, { skip }, async (t) => {
    const disk = tmpfs(t, 4 * 1024 * 1024)
    const path = join(disk.folder, 'app.log')
    const outcome = await runProgram(t, 'fill-mapped.js', [path, policy])
    assert.deepEqual([outcome.code, outcome.signal], [0, null], outcome.stderr)
    const { dropped, written } = JSON.parse(outcome.stdout)
    const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1)
    const markers = lines.filter((line) => line.endsWith(' dropped'))
    const told = markers.reduce((sum, line) => sum + Number.parseInt(line, 10), 0)
    assert.equal(told, dropped)
    assert.equal(lines.length - markers.length, written)
    assert.equal(written, 2000 - dropped)
    if (policy === 'block') assert.deepEqual(readLongLines(path), upTo(2000))
  })
}

test('no room for a window: the lines wait, and are there once there is room', { skip }, async (t) => {
  const disk = tmpfs(t)
  disk.fill()
  const path = join(disk.folder, 'app.log')
  const writer = createWriter(path, { writerType: 'mmap', crashSafe: false })
  const errors = []
  writer.on('error', (error) => errors.push(error))
  writer.send('a line')
  await until(() => errors.length > 0)
  assert.equal(errors[0].cause.code, 'ENOSPC')
  assert.equal(errors[0].cause.syscall, 'fallocate')
  disk.free()
  assert.equal(await writer.stop(Infinity), true)
  assert.equal(writer.metrics.bytesWritten, 7)
})
