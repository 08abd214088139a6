// The option lock: a second writer is told who has the log.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { createWriter } from 'choose-l2'
import { canMap } from '../helpers/kinds.js'
import { tempFolder } from '../helpers/temp-folder.js'

describe('a log with a lock', { skip: canMap ? false : 'there is no koffi' }, () => {
  for (const options of [{}, { rotate: '1MB' }]) {
    for (const second of [{}, { lock: true }, { rotate: '1MB' }, { writerType: 'line', crashSafe: false }]) {
      it(`first ${JSON.stringify(options)}, second ${JSON.stringify(second)}`, async (t) => {
        const path = join(tempFolder(t), 'app.log')
        const writer = createWriter(path, { ...options, lock: true })
        t.after(() => writer.stop())
        writer.send('a')
        const refused = { code: 'ERR_LOCKED', message: new RegExp(`process ${process.pid} keeps it`) }
        assert.throws(() => createWriter(path, { ...second, append: false }), refused)
        if (options.rotate !== undefined) {
          assert.equal(await writer.rotate(), true)
          assert.throws(() => createWriter(path, second), refused)
        }
        assert.equal(await writer.stop(), true)
        const next = createWriter(path, second)
        next.send('b')
        assert.equal(await next.stop(), true)
        assert.match(readFileSync(path, 'utf8'), /b\n$/)
      })
    }
  }

  for (const first of [{}, { rotate: '1MB' }]) {
    it(`is refused where another writer has the log open: ${JSON.stringify(first)}`, async (t) => {
      const path = join(tempFolder(t), 'app.log')
      const writer = createWriter(path, first)
      t.after(() => writer.stop())
      assert.throws(() => createWriter(path, { lock: true }), { code: 'ERR_LOCKED' })
      assert.throws(() => createWriter(path, { lock: true, rotate: '1MB' }), { code: 'ERR_LOCKED' })
      assert.throws(() => createWriter(path, { writerType: 'mmap' }), { code: 'ERR_FILE_IN_USE' })
      const beside = createWriter(path)
      assert.equal(await beside.stop(), true)
    })
  }
})
