// What console.log shows of a writer, an attached sender, a queue and counters, at any time of their lives.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { inspect } from 'node:util'
import { attachWriter, BlockBufferedWriter, createWriter, Q, WriterMetrics } from 'choose-l2'
import { canMap } from '../../helpers/kinds.js'
import { sleepingFifo } from '../../helpers/sleeping-fifo.js'
import { tempFolder } from '../../helpers/temp-folder.js'

const WIDE = { breakLength: Infinity }

describe('console.log', () => {
  for (const thread of [true, false]) {
    it(`shows a writer's path, state and counters, and writes nothing (thread: ${thread})`, async (t) => {
      const path = join(tempFolder(t), 'app.log')
      const writer = createWriter(path, { mode: 'manual', thread })
      const shown = (state, counters) =>
        `BlockBufferedWriter { path: '${path}', state: '${state}', crashSafe: ${canMap}, ${counters} }`
      writer.send('a')
      writer.send('b')
      const none = 'flushCount: 0, enqueued: 2, written: 0, dropped: 0, errors: 0, pending: 2'
      assert.equal(
        inspect(writer, WIDE),
        shown('running', `${none}, bytesWritten: 0, blockedMs: 0, synced: 0`),
      )
      assert.equal(writer.metrics.written, 0)
      assert.equal(await writer.stop(), true)
      const all = 'flushCount: 1, enqueued: 2, written: 2, dropped: 0, errors: 0, pending: 0'
      assert.equal(
        inspect(writer, WIDE),
        shown('stopped', `${all}, bytesWritten: 4, blockedMs: 0, synced: 0`),
      )
    })
  }

  it('tells that a writer is stopping', async (t) => {
    const { path, read } = sleepingFifo(t)
    const writer = createWriter(path)
    for (let n = 0; n < 100; n++) writer.send('x'.repeat(10_000)) // more than a pipe holds
    assert.equal(await writer.stop(0), false)
    assert.match(inspect(writer), /state: 'stopping'/)
    await read()
    assert.equal(await writer.stop(Infinity), true)
    assert.match(inspect(writer), /state: 'stopped'/)
  })

  it("shows an attached sender's path, state and counters", async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const writer = createWriter(path, { mode: 'manual' })
    const attached = attachWriter(writer.handle)
    attached.send('a')
    const start = `AttachedWriter { path: '${path}', state: `
    assert.ok(inspect(attached, WIDE).startsWith(`${start}'attached', enqueued: 1, written: 0, `))
    attached.detach()
    assert.ok(inspect(attached, WIDE).startsWith(`${start}'detached', enqueued: 1, `))
    await writer.stop()
    const late = inspect(attached, WIDE)
    assert.ok(late.startsWith(`${start}'detached', `), late)
  })

  it('shows the state of a queue and how much waits, and takes nothing', () => {
    const q = new Q()
    q.put('a')
    assert.equal(inspect(q), 'Q { stopped: false, waiting: 1 }')
    q.stop()
    assert.equal(inspect(q), 'Q { stopped: true, waiting: 1 }')
    assert.equal(q.get(), 'a')
  })

  it('shows counters', async (t) => {
    const metrics = new WriterMetrics()
    metrics.recordEnqueued(3)
    const shown = 'WriterMetrics { enqueued: 3, written: 0, dropped: 0, errors: 0, pending: 3 }'
    assert.equal(inspect(metrics, WIDE), shown)
    const writer = createWriter(join(tempFolder(t), 'app.log'))
    assert.match(inspect(writer.metrics, WIDE), /^QueueMetrics \{ enqueued: 0, written: 0, /)
    await writer.stop()
  })

  it('is short where a writer is deep inside something else, and shows classes of the user', async (t) => {
    class MyWriter extends BlockBufferedWriter {}
    const writer = new MyWriter(null, join(tempFolder(t), 'app.log'))
    assert.equal(inspect({ a: { b: { writer } } }, { depth: 1 }), '{ a: { b: [Object] } }')
    assert.match(inspect({ writer }, { depth: 0 }), /\[MyWriter\]/)
    assert.match(inspect(writer), /^MyWriter \{/)
    assert.match(inspect(Object.create(writer)), /^MyWriter \{\}/)
    assert.doesNotThrow(() => inspect(MyWriter.prototype))
    await writer.stop()
  })
})
