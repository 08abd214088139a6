// What a killed process leaves is recovered within the limits of rotation, by the command, which has no options, and by the
// next start, whatever its options.

import assert from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { createWriter, recover } from 'choose-l2'
import { sideFileOf } from '../../build/log/rotation/archive-names.js'
import { canMap, WRITER_TYPES } from '../helpers/kinds.js'
import { lineOf } from '../helpers/numbered-lines.js'
import { leaveBehind } from '../helpers/orphan.js'
import { archivesOf, largestOf, textsOf } from '../helpers/rotated.js'
import { tempFolder } from '../helpers/temp-folder.js'

const LIMIT = 1000
const LINES = 500

describe('lines of a killed process', { skip: canMap ? false : 'there is no koffi' }, () => {
  for (const writerType of WRITER_TYPES) {
    for (const way of [
      'command',
      'next start',
      'next start without rotation',
      'next start of another writer',
    ]) {
      it(`keep the limit: ${writerType} writer, ${way}`, async (t) => {
        const path = join(tempFolder(t), 'app.log')
        const rotate = { size: LIMIT, keep: 1e9 }
        await leave(t, path, { writerType, rotate })
        if (way === 'command') assert.deepEqual(outcomes(recover(path)), [['recovered', LINES - 50]])
        else {
          const options = {
            'next start': { writerType, rotate },
            'next start without rotation': { writerType },
            'next start of another writer': { writerType: writerType === 'mmap' ? 'line' : 'mmap', rotate },
          }[way]
          const writer = createWriter(path, options)
          assert.equal(await writer.stop(Infinity), true)
        }
        expectAll(path)
        assert.ok(largestOf(textsOf(path)) <= LIMIT)
        assert.deepEqual(
          readdirSync(join(path, '..')).filter((name) => name.endsWith('.queue')),
          [],
        )
      })
    }
  }

  it('begin each file with the header', async (t) => {
    const path = join(tempFolder(t), 'app.log')
    await leave(t, path, { rotate: { size: LIMIT, keep: 1e9, header: '# header' } })
    recover(path)
    assert.ok(textsOf(path).every((text) => text.startsWith('# header\n')))
    expectAll(path, (line) => line !== '# header')
  })

  it('keep the extension of the log', async (t) => {
    const path = join(tempFolder(t), 'app.log')
    await leave(t, path, { rotate: { size: LIMIT, keep: 1e9, keepExtension: true } })
    recover(path)
    assert.deepEqual(archivesOf(path), [])
    assert.ok(archivesOf(path, true).length > 5)
  })

  it('go to the live file where the side file is gone, damaged or somebody else’s', async (t) => {
    const spoil = {
      gone: (side) => rmSync(side),
      damaged: (side) => writeFileSync(side, 'x'.repeat(5000)),
      'without rules': (side) => writeFileSync(side, Buffer.alloc(4096)),
      'of a folder': (side) => {
        rmSync(side)
        symlinkSync('/', side)
      },
      'writable by all': (side) => chmodSync(side, 0o666),
    }
    for (const [what, make] of Object.entries(spoil)) {
      const path = join(tempFolder(t), 'app.log')
      await leave(t, path, { rotate: { size: LIMIT, keep: 1e9 } })
      make(sideFileOf(path))
      assert.deepEqual(outcomes(recover(path)), [['recovered', LINES - 50]], what)
      expectAll(path)
    }
  })

  it('are found after the log was renamed, or its folder moved', async (t) => {
    const folder = join(tempFolder(t), 'before')
    const path = join(folder, 'app.log')
    mkdirSync(folder)
    await leave(t, path, { rotate: { size: LIMIT, keep: 1e9 } })
    const after = `${folder}.after`
    t.after(() => rmSync(after, { recursive: true, force: true }))
    renameSync(folder, after)
    assert.deepEqual(outcomes(recover(after)), [['recovered', LINES - 50]])
    assert.equal(existsSync(folder), false)
    expectAll(join(after, 'app.log'))
    assert.ok(largestOf(textsOf(join(after, 'app.log'))) <= LIMIT)
  })
})

/** A process writes 50 lines, hands over the rest and dies. */
async function leave(t, path, options) {
  await leaveBehind(t, { path, written: 50, lines: LINES, options })
}

function outcomes(recoveries) {
  return recoveries.map(({ outcome, lines }) => [outcome, lines])
}

function expectAll(path, isLine = () => true) {
  const lines = textsOf(path).join('').trimEnd().split('\n').filter(isLine)
  assert.deepEqual(
    lines,
    Array.from({ length: LINES }, (_, n) => lineOf(0, n)),
  )
}
