// A line that is larger than the queue, on a disk that has no room for it twice, or none at all: nobody waits forever,
// and the line arrives as soon as the log can take it.

import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { createWriter } from 'choose-l2'
import { run } from '../cli/command.js'
import { recoverNow } from '../helpers/orphan.js'
import { cannotMount, tmpfs } from '../helpers/disks.js'
import { canMap, WRITER_TYPES } from '../helpers/kinds.js'

const MIB = 1024 * 1024
const SMALL = { queueBytes: 64 * 1024, lanes: 2 }
const skip = cannotMount || (!canMap && 'koffi is not installed')
const PROGRAM = join(import.meta.dirname, '../programs/oversized-on-full-disk.js')

describe('a line larger than the queue', { skip }, () => {
  for (const writerType of WRITER_TYPES) {
    for (const policy of ['block', 'drop_newest', 'drop_oldest']) {
      test(`arrives on a disk that has room for it once (${writerType}, ${policy})`, async (t) => {
        const path = join(tmpfs(t, 24 * MIB).folder, 'app.log')
        const writer = createWriter(path, { ...SMALL, writerType, policy })
        const lines = ['a', 'b', 'c'].map((letter) => letter.repeat(5 * MIB))
        for (const line of lines) {
          assert.equal(writer.send(line), true)
          assert.equal(await writer.flush(Infinity), true)
        }
        assert.equal(writer.send('d'.repeat(5 * MIB)), true) // with its log, more than the disk has left twice
        assert.equal(await writer.stop(Infinity), true)
        assert.equal(statSync(path).size, 4 * (5 * MIB + 1))
        assert.equal(writer.metrics.dropped, 0)
      })
    }
  }

  test('waits in memory while the disk is full, and neither send nor sendAsync waits for the disk', async (t) => {
    const disk = tmpfs(t, 4 * MIB)
    const path = join(disk.folder, 'app.log')
    const writer = createWriter(path, SMALL)
    writer.on('error', () => {})
    disk.fill()
    assert.equal(writer.send('a'.repeat(100_000)), true)
    const second = writer.sendAsync('b'.repeat(100_000))
    let turns = 0
    while (turns < 100) {
      await new Promise((resolve) => setImmediate(resolve))
      turns++
    }
    disk.free()
    assert.equal(await second, true)
    assert.equal(await writer.stop(Infinity), true)
    assert.equal(readFileSync(path, 'utf8'), `${'a'.repeat(100_000)}\n${'b'.repeat(100_000)}\n`)
  })

  test('of another thread is found there too', async (t) => {
    const disk = tmpfs(t, 4 * MIB)
    const path = join(disk.folder, 'app.log')
    const writer = createWriter(path, SMALL)
    writer.on('error', () => {})
    const program = `
      import { parentPort, workerData } from 'node:worker_threads'
      import { attachWriter } from 'choose-l2'
      const writer = attachWriter(workerData)
      parentPort.postMessage('attached')
      parentPort.once('message', () => {
        writer.send('x'.repeat(100_000))
        writer.detach()
      })`
    const url = new URL(
      `data:text/javascript,${encodeURIComponent(program.replaceAll("'choose-l2'", JSON.stringify(import.meta.resolve('choose-l2'))))}`,
    )
    const worker = new Worker(url, { workerData: writer.handle })
    await once(worker, 'message')
    disk.fill()
    worker.postMessage('send')
    await once(worker, 'exit')
    disk.free()
    assert.equal(await writer.stop(Infinity), true)
    assert.equal(readFileSync(path, 'utf8'), `${'x'.repeat(100_000)}\n`)
  })

  test('gives its memory back', async (t) => {
    const disk = tmpfs(t, 20 * MIB)
    const path = join(disk.folder, 'app.log')
    const writer = createWriter(path, { ...SMALL, policy: 'drop_oldest', mode: 'manual' })
    disk.fill()
    const line = Buffer.alloc(8 * MIB, 'x')
    assert.equal(writer.send(line), true)
    const before = mappedBytes()
    for (let n = 0; n < 50; n++) assert.equal(writer.send(line), true) // each drops the one before
    assert.ok(mappedBytes() - before < 25 * line.length)
    assert.equal(writer.metrics.dropped, 50)
    disk.free()
    assert.equal(await writer.stop(Infinity), true)
    assert.equal(statSync(path).size, line.length + 1)
  })

  test('does not make the command hang', async (t) => {
    const path = join(tmpfs(t, 8 * MIB).folder, 'app.log')
    const line = `${'x'.repeat(5 * MIB)}\n`
    const { code, stderr } = await run(
      ['write', '--quiet', '--queue-bytes', '64K', '--exit-timeout', 'never', path],
      line,
    )
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    assert.equal(statSync(path).size, line.length)
  })

  test('that was only in memory is reported by the recovery, and the lines around it arrive', (t) => {
    const path = join(tmpfs(t, 8 * MIB).folder, 'app.log')
    const { signal, stderr } = spawnSync(
      process.execPath,
      [PROGRAM, path, `${5 * MIB}`, 'waiting', 'block'],
      { encoding: 'utf8' },
    )
    assert.deepEqual({ signal, stderr }, { signal: 'SIGKILL', stderr: '' })
    const [dry] = recoverNow(path, { dryRun: true })
    assert.deepEqual([dry.outcome, dry.lines], ['recovered', 2])
    const [{ outcome, lines, reason }, ...more] = recoverNow(path)
    assert.deepEqual([outcome, lines, more], ['recovered', 2, []])
    assert.match(reason, /larger than the queue is lost/)
    assert.equal(readFileSync(path, 'utf8'), 'before\nafter\n')
    assert.deepEqual(recoverNow(path), [])
  })

  for (const writerType of ['block', 'mmap']) {
    test(`that was cut off by a full disk and a kill does not stick to the next line (${writerType})`, (t) => {
      const { folder } = tmpfs(t, 8 * MIB)
      const path = join(folder, 'app.log')
      const args = [PROGRAM, path, `${20 * MIB}`, 'interrupted', writerType]
      const { signal, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
      assert.deepEqual({ signal, stderr }, { signal: 'SIGKILL', stderr: '' })
      const [first] = recoverNow(path)
      assert.equal(first.outcome, 'failed') // the piece fills the disk
      assert.match(first.reason, /ENOSPC/)
      execFileSync('mount', ['-o', 'remount,size=40m', folder])
      const [{ outcome, lines, reason }, ...more] = recoverNow(path)
      assert.deepEqual([outcome, lines, more], ['recovered', 1, []])
      assert.match(reason, /larger than the queue is lost/)
      assert.match(readFileSync(path, 'latin1'), /^before\nx+\nafter\n$/)
    })
  }
})

/** Bytes of addresses that this process has mapped. */
function mappedBytes() {
  return Number(/VmSize:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024
}
