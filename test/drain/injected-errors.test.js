// Every error that write(2) may answer, on the drain loop with a real file: nothing is lost, nothing is torn, and
// after a partial write it goes on exactly where it stopped.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { FileDrain } from '../helpers/file-drain.js'

for (const copied of [false, true]) {
  describe(copied ? 'claims are copied' : 'claims lie in the ring', () => {
    for (const code of ['EIO', 'ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS', 'EBADF', 'ESTALE', 'ETIMEDOUT']) {
      test(`${code}: flush, sync and stop are not answered until it ends, and then all is there`, (t) => {
        const drain = new FileDrain(t, { copied })
        drain.send('before')
        assert.equal(drain.ask('flush'), true)
        drain.disk.writeError = code
        drain.send('during 1', 'during 2')
        assert.equal(drain.ask('flush'), null)
        assert.equal(drain.ask('sync'), null)
        assert.equal(drain.ask('stop'), null)
        assert.equal(drain.loop.isOver, false)
        assert.equal(drain.record.errors, 3)
        assert.deepEqual(
          drain.errors.map(({ during, error }) => [during, error.code]),
          Array.from({ length: 3 }, () => ['write', code]),
        )
        assert.equal(drain.text, 'before\n')
        drain.disk.writeError = null
        drain.turn()
        assert.equal(drain.loop.isOver, true)
        assert.equal(drain.text, 'before\nduring 1\nduring 2\n')
        const { enqueued, written, open } = drain.totals
        assert.deepEqual({ enqueued, written, open }, { enqueued: 3, written: 3, open: 0 })
      })
    }

    test('whatever the disk takes of each write before it is full, the file is what was sent', (t) => {
      const drain = new FileDrain(t, { copied })
      let sent = ''
      let next = 0
      const step = fc.record({
        lines: fc.integer({ min: 0, max: 5 }),
        room: fc.integer({ min: 0, max: 60 }),
        dies: fc.boolean(),
      })
      fc.assert(
        fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
          for (const { lines, room, dies } of steps) {
            const batch = Array.from({ length: lines }, () => `line ${next++} ${'€'.repeat(next % 9)}`)
            if (lines > 0) drain.send(...batch)
            sent += batch.map((line) => `${line}\n`).join('')
            drain.disk.room = room
            drain.turn()
            // As bytes: the disk may be full in the middle of a character.
            const { bytes } = drain
            assert.ok(Buffer.from(sent).subarray(0, bytes.length).equals(bytes))
            if (dies) drain.takeOver()
          }
          drain.disk.room = Infinity
          drain.turn()
          assert.equal(drain.text, sent)
        }),
      )
      assert.equal(drain.totals.written, next)
    })
  })
}
