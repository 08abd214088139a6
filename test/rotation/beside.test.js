// A writer that does not rotate, beside one that rotates and compresses every archive: each of its lines is in one of the files,
// wherever its queue is and however its path leads to the log.

import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { createWriter } from 'choose-l2'
import { canMap } from '../helpers/kinds.js'
import { textsOf } from '../helpers/rotated.js'
import { tempFolder } from '../helpers/temp-folder.js'

const ROUNDS = 3
/** An archive is compressed when nobody has written to it for two seconds. */
const LONG_ENOUGH_MS = 2500
const LINES_A_ROUND = 20

describe(
  'beside a writer that rotates and compresses',
  { skip: canMap ? false : 'there is no koffi', concurrency: true },
  () => {
    for (const options of [
      { crashSafe: false, reopen: false },
      { crashSafe: false, thread: false, reopen: false },
      { crashSafe: false },
      { writerType: 'line', reopen: false },
      'with its queue elsewhere',
      'through a link',
    ]) {
      for (const order of ['before it', 'after it']) {
        it(`a writer ${JSON.stringify(options)}, opened ${order}`, async (t) => {
          const folder = tempFolder(t)
          const path = join(folder, 'logs', 'app.log')
          mkdirSync(join(folder, 'logs'))
          const link = join(folder, 'link.log')
          symlinkSync(path, link)
          const open = () => {
            if (options === 'through a link') return createWriter(link, { reopen: false })
            return createWriter(
              path,
              typeof options === 'string' ? { queueDir: folder, reopen: false } : options,
            )
          }
          const early = order === 'before it' ? open() : null
          const rotate = { size: '1MB', keep: 1e9, compress: { type: 'gzip', keepPlain: 0 } }
          const rotating = createWriter(path, { rotate })
          const beside = early ?? open()
          const sent = []
          for (let round = 0; round < ROUNDS; round++) {
            for (let n = 0; n < LINES_A_ROUND; n++) sent.push(`beside ${round} ${n}`)
            for (const line of sent.slice(-LINES_A_ROUND)) beside.send(line)
            rotating.send(`rotating ${round}`)
            assert.equal(await beside.flush(Infinity), true)
            assert.equal(await rotating.rotate(Infinity), true)
            await new Promise((resolve) => setTimeout(resolve, LONG_ENOUGH_MS))
          }
          assert.equal(await beside.stop(Infinity), true)
          assert.equal(await rotating.stop(Infinity), true)
          const lines = textsOf(path).join('').split('\n')
          assert.deepEqual(
            lines.filter((line) => line.startsWith('beside')),
            sent,
          )
          assert.equal(lines.filter((line) => line.startsWith('rotating')).length, ROUNDS)
        })
      }
    }
  },
)
