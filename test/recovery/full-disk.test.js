// A disk that is full when the next start recovers: the queue is kept for the start after it, the log ends at the end
// of a line, and what is logged meanwhile does not stick to a piece of a line.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createWriter } from 'choose-l2'
import { allFiles, leaveBehind, nextStart, recoverNow } from '../helpers/orphan.js'
import { cannotMount, tmpfs } from '../helpers/disks.js'
import { canMap } from '../helpers/kinds.js'
import { checkNumbered, expectAllLines, lineOf, readNumbered } from '../helpers/numbered-lines.js'

const SMALL = { lanes: 2, queueBytes: 32 * 1024, queueSize: 2000 }
const LINES = 1000
const skip = (!canMap && 'koffi is not installed') || cannotMount

describe('a disk that is full during recovery', { skip }, () => {
  for (const policy of ['block', 'drop_oldest']) {
    test(`${policy}: the queue is kept, and no line is torn`, async (t) => {
      const disk = tmpfs(t)
      const path = join(disk.folder, 'app.log')
      const queue = await leaveBehind(t, { path, options: { ...SMALL, policy }, written: 10, lines: LINES })
      disk.fill()

      const writer = createWriter(path)
      assert.equal(writer.crashSafe, false, 'there is no room for its queue')
      const [{ queues }] = await once(writer, 'recovered')
      assert.deepEqual(
        queues.map(({ queue: named, outcome }) => ({ named, outcome })),
        [{ named: queue, outcome: 'failed' }],
      )
      assert.match(queues[0].reason, /ENOSPC/)
      assert.ok(existsSync(queue))
      assert.ok(queues[0].lines < LINES - 10)

      disk.free()
      writer.send(lineOf(1, 0))
      assert.equal(await writer.stop(Infinity), true)
      checkNumbered(readFileSync(path, 'utf8'))
      await nextStart(path)
      assert.ok(!existsSync(queue))
      const found = readNumbered(path)
      assert.equal(found.get(0).length, LINES)
      assert.equal(found.get(1).length, 1)
    })
  }

  test('the disk becomes full again and again: in the end every line is there once', async (t) => {
    const disk = tmpfs(t)
    const path = join(disk.folder, 'app.log')
    await leaveBehind(t, { path, options: SMALL, written: 10, lines: LINES })
    let failures = 0
    for (let outcome = 'failed', rounds = 0; outcome !== 'recovered'; rounds++) {
      assert.ok(rounds < 50, 'each time it comes a little further')
      disk.fill(4096)
      const [recovery] = recoverNow(path)
      ;({ outcome } = recovery)
      if (outcome === 'failed') failures++
      checkNumbered(readFileSync(path, 'utf8'))
      disk.free()
    }
    assert.ok(failures > 0)
    expectAllLines(path, LINES)
  })

  test('a new queue for which there is no room is refused if it is required', (t) => {
    const disk = tmpfs(t)
    const path = join(disk.folder, 'app.log')
    assert.throws(() => createWriter(path, { crashSafe: true }), {
      code: 'ERR_CRASH_SAFETY_UNAVAILABLE',
      message: /ENOSPC/,
    })
    assert.deepEqual(allFiles(disk.folder, path), [])
  })
})
