// One thread that attaches, sends, detaches, and attaches again, while what it sent before still waits.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { attachWriter, createWriter } from 'choose-l2'
import { tempFolder } from '../../helpers/temp-folder.js'

const LINES = 1000

describe('a thread that attaches again and again', () => {
  let folder
  before(() => {
    folder = tempFolder()
  })

  for (const options of [{}, { crashSafe: false }, { thread: false }, { thread: false, lanes: 2 }]) {
    for (const rests of [false, true]) {
      const name = `${JSON.stringify(options)}${rests ? ', with turns of the event loop between' : ''}`
      it(`keeps its lines in order and finds a lane each time: ${name}`, async () => {
        const path = join(folder, `${name.replaceAll(/\W+/g, '-')}.log`)
        const writer = createWriter(path, options)
        for (let n = 0; n < LINES; n++) {
          const attached = attachWriter(writer.handle)
          attached.send(`${n}`)
          attached.detach()
          if (rests && n % 10 === 0) await nextTurn()
        }
        assert.equal(await writer.stop(60_000), true)
        const expected = Array.from({ length: LINES }, (_, n) => `${n}\n`).join('')
        assert.equal(readFileSync(path, 'utf8'), expected)
      })
    }
  }

  it('goes on with a gap that was open when it left', async () => {
    const path = join(folder, 'gap.log')
    const dropMarker = '{lines} dropped'
    const options = { mode: 'manual', policy: 'drop_newest', queueSize: 2, batchSize: 1, dropMarker }
    const writer = createWriter(path, options)
    const sendAll = (lines) => {
      const attached = attachWriter(writer.handle)
      const accepted = lines.map((line) => attached.send(line))
      attached.detach()
      return accepted
    }
    assert.deepEqual(sendAll(['1', '2', '3']), [true, true, false])
    assert.deepEqual(sendAll(['4']), [false])
    const attached = attachWriter(writer.handle)
    assert.equal(await writer.flush(60_000), true)
    assert.equal(attached.send('5'), true)
    attached.detach()
    assert.equal(await writer.stop(60_000), true)
    assert.equal(readFileSync(path, 'utf8'), '1\n2\n2 dropped\n5\n')
  })
})
