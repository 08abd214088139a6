// A disk that is full at the exit and still full at the next start: nothing throws, nothing is lost, and once there is
// room every line is in the log, once.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createWriter } from 'choose-l2'
import { nextStart, queueFiles } from '../helpers/orphan.js'
import { cannotMount, tmpfs } from '../helpers/disks.js'
import { longLine, readLongLines, upTo } from '../helpers/long-lines.js'
import { runProgram } from '../helpers/program.js'
import { canMap, WRITER_TYPES } from '../helpers/kinds.js'
import { tempFolder } from '../helpers/temp-folder.js'

const skip = cannotMount || (!canMap && 'koffi is not installed')
const SMALL_QUEUE = { lanes: 2, queueBytes: 128 * 1024 }

describe('full at exit and at the next start', { skip }, () => {
  for (const writerType of WRITER_TYPES) {
    for (const room of [0, 8 * 1024]) {
      test(`${writerType} writer, ${room} bytes of room, queues on another disk: all in order`, async (t) => {
        const disk = tmpfs(t)
        disk.fill(room)
        const path = join(disk.folder, 'app.log')
        const options = { ...SMALL_QUEUE, writerType, queueDir: tempFolder(t), crashSafe: true }
        for (const round of [0, 1, 2]) {
          const { flush, pending, outcomes } = await run(t, path, options, round * 40)
          assert.equal(flush, false)
          assert.ok(pending > 0)
          assert.deepEqual(
            outcomes,
            Array.from({ length: round }, () => 'failed'),
            'the older queues stay for later',
          )
          assert.equal(queueFiles(options.queueDir, path).length, round + 1)
        }
        disk.free()
        const { queues } = await nextStart(path, options)
        assert.deepEqual(
          queues.map(({ outcome }) => outcome),
          ['recovered', 'recovered', 'recovered'],
        )
        assert.deepEqual(readLongLines(path), upTo(120))
        assert.deepEqual(queueFiles(options.queueDir, path), [])
      })
    }
  }

  test('the queue lies on the full disk itself: it stays there until a start finds room', async (t) => {
    const disk = tmpfs(t, 1024 * 1024)
    const path = join(disk.folder, 'app.log')
    const { crashSafe, pending } = await run(t, path, SMALL_QUEUE, 0, 'fill')
    assert.equal(crashSafe, true, 'its queue was made before')
    assert.equal(pending, 40)
    assert.equal(queueFiles(disk.folder, path).length, 1)

    const second = createWriter(path, SMALL_QUEUE)
    second.on('error', () => {})
    assert.equal(second.crashSafe, false, 'no room for a queue of its own')
    const [{ queues }] = await once(second, 'recovered')
    assert.equal(queues[0].outcome, 'failed')
    assert.match(queues[0].reason, /ENOSPC/u)
    for (let n = 40; n < 60; n++) second.send(longLine(n))
    assert.equal(await second.flush(1), false)
    disk.free()
    assert.equal(await second.stop(Infinity), true)
    await nextStart(path, SMALL_QUEUE)
    // Each run's lines in order; the second had begun to write before the queue of the first could be recovered.
    const numbers = readFileSync(path, 'utf8').trimEnd().split('\n').map(Number.parseFloat)
    assert.deepEqual(numbers, [...upTo(60).slice(40), ...upTo(40)])
    assert.deepEqual(queueFiles(disk.folder, path), [])
  })
})

/** Runs a program that logs 40 lines from `first` on and exits; what it told. */
async function run(t, path, options, first, ...fill) {
  const args = [path, JSON.stringify(options), first, 40, ...fill]
  const { code, stdout, stderr } = await runProgram(t, 'exit-on-full-disk.js', args)
  assert.equal(code, 4, stderr)
  return JSON.parse(stdout)
}
