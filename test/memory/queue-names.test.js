// The names of queue files: those of the first writers of a log are found one by one, all others by way of a marker.

import assert from 'node:assert/strict'
import { readdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { createWriter } from 'choose-l2'
import { canMap } from '../helpers/kinds.js'
import { expectAllLines } from '../helpers/numbered-lines.js'
import { leaveBehind, nextStart, queueFiles } from '../helpers/orphan.js'
import { tempFolder } from '../helpers/temp-folder.js'

const OPTIONS = { lanes: 1, queueBytes: 16 * 1024, queueSize: 100 }
const NUMBERS = 32
const MARKER = '.app.log.queues'

describe('queue files', { skip: canMap ? false : 'there is no koffi' }, () => {
  it('have the lowest free number, and a random one beyond the last', async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const writers = Array.from({ length: NUMBERS + 3 }, () => createWriter(path, OPTIONS))
    const names = queueFiles(dirname(path), path)
    assert.equal(names.length, NUMBERS + 3)
    assert.equal(names.filter((name) => /\.0{14}[01][0-9a-f]\.queue$/.test(name)).length, NUMBERS)
    assert.ok(readdirSync(dirname(path)).includes(MARKER))
    for (const writer of writers) writer.send('a')
    assert.ok((await Promise.all(writers.map((writer) => writer.stop(Infinity)))).every(Boolean))
    assert.equal(await nextStart(path, OPTIONS), null)
    assert.deepEqual(readdirSync(dirname(path)), ['app.log'], 'the marker is gone as well')
  })

  it('are found by the next start, whatever their number is', async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const last = await leaveBehind(t, { path, options: OPTIONS, lines: 10 })
    renameSync(last, last.replace(/0{16}/, '000000000000001f'))
    assert.equal((await nextStart(path, OPTIONS)).lines, 10)
    const random = await leaveBehind(t, { path, options: OPTIONS, from: 10, lines: 10 })
    renameSync(random, random.replace(/0{16}/, '2b6c9d01b2a40003'))
    writeFileSync(join(dirname(path), MARKER), '')
    assert.equal((await nextStart(path, OPTIONS)).lines, 10)
    expectAllLines(path, 20)
    await nextStart(path, OPTIONS)
    assert.deepEqual(readdirSync(dirname(path)), ['app.log'])
  })
})
