// A disk that stops answering: a frozen ext4, where a write sleeps in the kernel and cannot be called back. Every call
// ends in its time, so does the process, and what was sent is there when the disk answers again. CHOOSE_L2_STUCK_MS
// makes it stay away for longer.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { createWriter } from 'choose-l2'
import { cannotMountImages, ext4 } from '../helpers/faults/disks.js'
import { readLongLines, upTo } from '../helpers/faults/long-lines.js'
import { startFixture } from '../helpers/faults/program.js'
import { canMap } from '../helpers/integration/kinds.js'
import { tempFolder } from '../helpers/integration/temp-folder.js'

const STUCK_MS = Number(process.env.CHOOSE_L2_STUCK_MS ?? 0)

describe('a disk that stops answering', { skip: cannotMountImages }, () => {
  for (const writerType of canMap ? ['line', 'block', 'mmap'] : ['line', 'block']) {
    for (const policy of ['block', 'drop_oldest', 'drop_newest']) {
      test(`${writerType} writer, ${policy}`, async (t) => {
        const { disk, path, ask } = await hold(t, { writerType, policy, crashSafe: false })
        disk.freeze()
        assert.equal(await ask('send'), '199')
        assert.equal(await ask('flush'), 'false')
        assert.equal(await ask('sync'), 'false')
        assert.equal(await ask('stop'), 'false')
        await delay(STUCK_MS)
        disk.thaw()
        assert.equal(await ask('wait'), 'true')
        const { written, dropped, pending } = JSON.parse(await ask('numbers'))
        assert.deepEqual({ written, dropped, pending }, { written: 200, dropped: 0, pending: 0 })
        assert.deepEqual(readLongLines(path), upTo(200))
      })
    }

    test(`${writerType} writer: the process ends all the same, and the next start has the lines`, async (t) => {
      const queueDir = tempFolder(t) // a queue on the disk that is stuck would stop send with it
      const options = { writerType, exitTimeout: 20, crashSafe: canMap, queueDir }
      const { disk, path, ask, done } = await hold(t, options)
      disk.freeze()
      await ask('send')
      const asked = ask('exit')
      await delay(STUCK_MS)
      // The call that sleeps in the kernel ends with the freeze; nothing else of the process is left by then.
      disk.thaw()
      await assert.rejects(asked, /ended \(4\)/u)
      assert.equal((await done).code, 4)
      if (!canMap) return
      const writer = createWriter(path, { writerType, queueDir })
      assert.equal(await writer.stop(Infinity), true)
      assert.deepEqual(readLongLines(path), upTo(200))
    })
  }
})

/** A program with an open log on a disk of its own. */
async function hold(t, options) {
  const disk = ext4(t)
  const path = join(disk.folder, 'app.log')
  const { child, says, done } = startFixture(t, 'faults/fixtures/hold.js', [path, JSON.stringify(options)])
  await says('ready\n')
  const ask = async (word) => {
    child.stdin.write(`${word}\n`)
    const text = await says(`${word} =`)
    return text.split(`${word} =`)[1].split('\n')[0]
  }
  return { disk, path, ask, done }
}
