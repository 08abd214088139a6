// What a writer tells without being asked.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createWriter } from 'choose-l2'
import { runProgram } from '../../helpers/program.js'
import { lineOf } from '../../helpers/numbered-lines.js'
import { tempFolder } from '../../helpers/temp-folder.js'
import { until } from '../../helpers/until.js'

process.removeAllListeners('warning') // what the policy 'warn' says here is not looked at

for (const thread of [true, false]) {
  describe(`events, thread: ${thread}`, () => {
    for (const policy of ['drop_oldest', 'drop_newest', 'warn']) {
      test(`drop tells all that was dropped (${policy})`, async (t) => {
        const writer = createWriter(join(tempFolder(t), 'app.log'), {
          policy,
          thread,
          mode: 'manual',
          queueSize: 10,
        })
        let told = 0
        writer.on('drop', ({ lines }) => {
          told += lines
        })
        for (let n = 0; n < 100; n++) writer.send(lineOf(0, n))
        await until(() => told === 90)
        for (let n = 0; n < 100; n++) writer.send(lineOf(0, n))
        await until(() => told === 190)
        assert.equal(writer.metrics.dropped, 190)
        assert.equal(await writer.stop(), true)
        assert.equal(writer.linesWritten, 10)
      })
    }

    test('drain comes when a queue that was full has room again', async (t) => {
      const path = join(tempFolder(t), 'app.log')
      const writer = createWriter(path, { policy: 'drop_newest', thread, mode: 'manual', queueSize: 10 })
      const alive = setInterval(() => {}, 1000)
      t.after(() => clearInterval(alive))
      while (writer.send('a line'));
      const drained = once(writer, 'drain')
      assert.equal(await writer.flush(), true)
      await drained
      assert.equal(writer.send('a line'), true)
      assert.equal(await writer.stop(), true)
    })

    test('a failing disk without a listener is a process warning, not a crash, and not one a retry', async (t) => {
      const { code, signal, stdout, stderr } = await runProgram(t, 'failing-disk.js', [thread])
      assert.deepEqual({ code, signal, stdout }, { code: 0, signal: null, stdout: 'stopped false\n' })
      assert.equal(stderr.split('[ERR_WRITE_FAILED]').length - 1, 1)
      assert.match(stderr, /ChooseL2Warning: .*ENOSPC/u)
    })

    test('the policy warn gives one warning for a flood of dropped lines', async (t) => {
      const { code, stderr } = await runProgram(t, 'flood.js', [join(tempFolder(t), 'app.log'), thread])
      assert.equal(code, 0)
      assert.equal(stderr.split('[CHOOSE_L2_DROPPED]').length - 1, 1)
      assert.match(stderr, /4990 lines/u)
    })
  })
}
