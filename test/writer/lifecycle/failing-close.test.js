// The kernel says at close(2) that it could not bring the log to its disk, as network disks do.

import assert from 'node:assert/strict'
import fs, { fstatSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { BlockBufferedWriter, createWriter, Q } from 'choose-l2'
import { expectAllLines, lineOf } from '../../helpers/numbered-lines.js'
import { tempFolder } from '../../helpers/temp-folder.js'

const ENDS = {
  stop: (writer) => writer.stop(Infinity),
  stopSync: (writer) => writer.stopSync(Infinity),
}

for (const thread of [true, false]) {
  describe(`close fails, thread: ${thread}`, () => {
    for (const [name, end] of Object.entries(ENDS)) {
      test(`${name} answers, the error is told, then close`, async (t) => {
        const path = join(tempFolder(t), 'app.log')
        const writer = createWriter(path, { thread })
        failCloseOf(t, path)
        const closed = eventsOf(writer)
        writer.send(lineOf(0, 0))
        assert.equal(await end(writer), true)
        assert.deepEqual(await closed, ['ERR_WRITE_FAILED EDQUOT', 'close'])
        assert.equal(writer.metrics.errors, 1)
        assert.equal(writer.metrics.getSnapshot().errors, 1)
        expectAllLines(path, 1)
      })
    }

    test('the end that q.stop() brings is no uncaught exception', async (t) => {
      const path = join(tempFolder(t), 'app.log')
      const q = new Q()
      const writer = new BlockBufferedWriter(q, path, 'trigger', { thread })
      failCloseOf(t, path)
      const alive = setInterval(() => {}, 1000)
      t.after(() => clearInterval(alive))
      const closed = eventsOf(writer)
      writer.send(lineOf(0, 0))
      q.stop()
      assert.deepEqual(await closed, ['ERR_WRITE_FAILED EDQUOT', 'close'])
      expectAllLines(path, 1)
    })
  })
}

/** Resolves to what the writer told, once it has closed. */
function eventsOf(writer) {
  const events = []
  return new Promise((resolve) => {
    writer.on('error', ({ code, cause }) => events.push(`${code} ${cause.code}`))
    writer.on('close', () => resolve([...events, 'close']))
  })
}

/** From now on, closing this file reports an error, as close(2) does: the descriptor is gone all the same. */
function failCloseOf(t, path) {
  const { closeSync, statSync } = fs
  fs.closeSync = (fd) => {
    const isLog = fstatSync(fd).ino === statSync(path, { throwIfNoEntry: false })?.ino
    closeSync(fd)
    if (isLog) throw Object.assign(new Error('EDQUOT: injected, close'), { code: 'EDQUOT', syscall: 'close' })
  }
  syncBuiltinESMExports()
  t.after(() => {
    fs.closeSync = closeSync
    syncBuiltinESMExports()
  })
}
