// Every lifecycle call settles in every state: nothing sent, twice, at once, after stop, without time.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { BlockBufferedWriter, createWriter, Q } from 'choose-l2'
import { WRITER_TYPES } from '../../helpers/kinds.js'
import { expectAllLines, lineOf } from '../../helpers/numbered-lines.js'
import { tempFolder } from '../../helpers/temp-folder.js'
import { until } from '../../helpers/until.js'

const CALLS = {
  flush: (writer, ...limit) => writer.flush(...limit),
  sync: (writer, ...limit) => writer.sync(...limit),
  flushSync: (writer, ...limit) => writer.flushSync(...limit),
  stop: (writer, ...limit) => writer.stop(...limit),
  stopSync: (writer, ...limit) => writer.stopSync(...limit),
  close: (writer, ...limit) => writer.close(...limit),
}
const ENDINGS = new Set(['stop', 'stopSync', 'close'])
const WRITERS = WRITER_TYPES.map((writerType) => ({ writerType })).concat([{ thread: false }])

for (const options of WRITERS) {
  const { writerType } = options
  describe(`lifecycle calls of a writer with ${JSON.stringify(options)}`, () => {
    for (const [name, call] of Object.entries(CALLS)) {
      test(`${name} with nothing sent, twice, is true`, async (t) => {
        const { writer } = start(t, options)
        assert.equal(await call(writer), true)
        assert.equal(await call(writer), true)
        assert.equal(writer.isRunning, !ENDINGS.has(name))
        assert.equal(await writer.stop(), true)
      })

      test(`${name} after lines, in the same tick as createWriter, writes them`, async (t) => {
        const { writer, path } = start(t, options)
        for (let n = 0; n < 50; n++) writer.send(lineOf(0, n))
        assert.equal(await call(writer), true)
        assert.equal(writer.linesWritten, 50)
        // Until its end, the memory-mapped writer's file is longer than its content.
        if (writerType !== 'mmap') expectAllLines(path, 50)
        assert.equal(await writer.stop(), true)
        expectAllLines(path, 50)
      })

      test(`${name} with no time at all settles, and the lines are written later`, async (t) => {
        const { writer, path } = start(t, options)
        for (let n = 0; n < 50; n++) writer.send(lineOf(0, n))
        assert.equal(typeof (await call(writer, 0)), 'boolean')
        assert.equal(await writer.stop(), true)
        expectAllLines(path, 50)
      })

      test(`${name} after stop says that all is done`, async (t) => {
        const { writer, path } = start(t, options)
        writer.send(lineOf(0, 0))
        if (name === 'sync') await writer.sync()
        assert.equal(await writer.stop(), true)
        assert.equal(await call(writer), true)
        assert.equal(await call(writer, 0), true)
        expectAllLines(path, 1)
      })

      test(`${name} refuses a limit that is none`, async (t) => {
        const { writer } = start(t, options)
        for (const limit of [-1, Number.NaN, '1', null]) {
          await assert.rejects(async () => call(writer, limit), { code: 'ERR_INVALID_ARGUMENT' })
        }
        assert.equal(await writer.stop(), true)
      })
    }

    test('all of them at once, and again', async (t) => {
      const { writer, path } = start(t, options)
      for (let n = 0; n < 500; n++) writer.send(lineOf(0, n))
      const all = () => Object.values(CALLS).map((call) => call(writer))
      const answers = await Promise.all([...all(), ...all(), writer.join(), writer[Symbol.asyncDispose]()])
      assert.ok(answers.every((answer) => answer === true || answer === undefined))
      expectAllLines(path, 500)
    })

    test('disposal stops, asynchronously and at once', async (t) => {
      const first = start(t, options)
      first.writer.send(lineOf(0, 0))
      await first.writer[Symbol.asyncDispose]()
      assert.equal(first.writer.isRunning, false)
      expectAllLines(first.path, 1)
      const second = start(t, options)
      second.writer.send(lineOf(0, 0))
      second.writer[Symbol.dispose]()
      assert.equal(second.writer.isRunning, false)
      expectAllLines(second.path, 1)
    })

    test('sync after stop does not claim what the disk was never asked to confirm', async (t) => {
      const { writer, path } = start(t, options)
      writer.send(lineOf(0, 0))
      assert.equal(await writer.stop(), true)
      assert.equal(await writer.sync(), false)
      expectAllLines(path, 1)
    })

    test('trigger after stop does nothing', async (t) => {
      const { writer } = start(t, options)
      await writer.stop()
      assert.equal(writer.trigger(), undefined)
      assert.equal(writer.isRunning, false)
    })
  })
}

function start(t, options) {
  const path = join(tempFolder(t), 'app.log')
  return { path, writer: createWriter(path, options) }
}

const clock = new Int32Array(new SharedArrayBuffer(4))

for (const thread of [true, false]) {
  for (const name of ['flush', 'flushSync', 'sync']) {
    test(`${name} right after the end that q.stop() brought is answered (thread: ${thread})`, async (t) => {
      const path = join(tempFolder(t), 'app.log')
      const q = new Q()
      const writer = new BlockBufferedWriter(q, path, 'trigger', { thread, syncInterval: 1 })
      writer.send(lineOf(0, 0))
      q.stop()
      // Without the event loop, this thread cannot have heard of the other's end.
      if (thread) while (writer.isRunning) Atomics.wait(clock, 0, 0, 1)
      else await until(() => !writer.isRunning)
      assert.equal(await CALLS[name](writer, Infinity), true)
      expectAllLines(path, 1)
    })
  }
}
