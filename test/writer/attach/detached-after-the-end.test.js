// A thread that detaches after the owner has stopped the writer lets go of everything, whether it sent meanwhile or not.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { attachWriter, createWriter } from 'choose-l2'
import { queueFiles } from '../../helpers/orphan.js'
import { canMap } from '../../helpers/kinds.js'
import { tempFolder } from '../../helpers/temp-folder.js'
import { until } from '../../helpers/until.js'

const skip = !canMap && 'koffi is not installed'

for (const sends of [false, true]) {
  test(`the deleted queue file is not mapped any more (sends: ${sends})`, { skip }, async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const listeners = process.listenerCount('exit')
    const writer = createWriter(path)
    const [queue] = queueFiles(dirname(path), path)
    const attached = attachWriter(writer.handle)
    attached.send('in time')
    assert.equal(await attached.flush(Infinity), true)
    assert.equal(await writer.stop(Infinity), true)
    if (sends) {
      attached.send('too late')
      await nextTurn() // it was staged, and hears at its commit that nobody takes it
      assert.throws(() => attached.send('once more'), { code: 'ERR_WRITER_CLOSED' })
    }
    attached.detach()
    attached.detach()
    await until(() => !readFileSync('/proc/self/maps', 'utf8').includes(queue)) // the writer thread is ending too
    assert.equal(process.listenerCount('exit'), listeners)
    assert.equal(readFileSync(path, 'utf8'), 'in time\n')
  })
}
