// A gap in the log can be seen in the log: the markers together tell exactly what the metrics count, whatever was
// sent in whatever way. In the mode manual nothing is written meanwhile, so the queue is full when the test wants it.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createWriter } from 'choose-l2'
import { marker, readMarked, told } from '../helpers/markers.js'
import { expectBalance } from '../helpers/invariants.js'
import { WRITER_TYPES } from '../helpers/kinds.js'
import { tempFolder } from '../helpers/temp-folder.js'

for (const policy of ['drop_newest', 'warn', 'drop_oldest']) {
  describe(policy, () => {
    for (const writerType of WRITER_TYPES) {
      test(`${writerType} writer: one gap, its number and its time`, async (t) => {
        const { path, writer } = start(t, { policy, writerType })
        const before = Date.now()
        for (let n = 0; n < 25; n++) writer.send(`line ${n}`)
        const after = Date.now()
        assert.equal(await writer.flush(Infinity), true)
        writer.send('after the gap')
        assert.equal(await writer.stop(Infinity), true)
        const { markers, lines } = readMarked(path)
        assert.deepEqual(
          markers.map((each) => each.lines),
          [15],
        )
        assert.ok(markers[0].from >= before && markers[0].from <= after)
        const kept = Array.from({ length: 10 }, (_, n) => `line ${policy === 'drop_oldest' ? n + 15 : n}`)
        assert.deepEqual(lines, [...kept, 'after the gap'])
        assert.equal(writer.metrics.dropped, 15)
        expectBalance(writer.metrics)
      })
    }

    test('many gaps, lines of every kind', async (t) => {
      const { path, writer } = start(t, { policy, queueBytes: 1000 })
      for (let round = 0; round < 50; round++) {
        for (let n = 0; n <= round % 13; n++) {
          writer.send(`text ${'x'.repeat((round * 31 + n * 17) % 190)}`)
          if (n % 3 === 0) writer.send(Buffer.from(`bytes ${'y'.repeat((round * 7 + n) % 90)}`))
          if (n % 5 === 0) writer.sendLines(Buffer.from('a\nb\nc\nd\ne\n'))
        }
        if (round % 3 === 0) assert.equal(await writer.flush(Infinity), true)
      }
      assert.equal(await writer.stop(Infinity), true)
      const { dropped } = writer.metrics
      assert.ok(dropped > 0)
      assert.equal(told(readMarked(path).markers), dropped)
      expectBalance(writer.metrics)
    })

    test('a gap at the end is told at stop', async (t) => {
      const { path, writer } = start(t, { policy })
      for (let n = 0; n < 25; n++) writer.send(`line ${n}`)
      assert.equal(await writer.stop(Infinity), true)
      const { markers } = readMarked(path)
      assert.equal(told(markers), 15)
    })

    test('the drop events add up to the metrics', async (t) => {
      const { writer } = start(t, { policy })
      let heard = 0
      writer.on('drop', ({ lines }) => (heard += lines))
      for (let round = 0; round < 5; round++) {
        for (let n = 0; n < 25; n++) writer.send(`line ${n}`)
        assert.equal(await writer.flush(Infinity), true)
      }
      for (let n = 0; n < 25; n++) writer.send(`line ${n}`)
      assert.equal(await writer.stop(Infinity), true)
      assert.equal(heard, writer.metrics.dropped)
      assert.equal(heard, 90, 'the last before stop resolves')
    })
  })
}

/** A writer with room for ten lines that writes only when it is asked to. */
function start(t, options) {
  const path = join(tempFolder(t), 'app.log')
  const writer = createWriter(path, { mode: 'manual', queueSize: 10, dropMarker: marker, ...options })
  t.after(() => writer.stopSync(0))
  return { path, writer }
}
