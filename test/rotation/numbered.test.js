// Archives with numbers alone: 1 is the newest, and each rotation moves all of them up. A process may die between two renames.

import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { createWriter, recover } from 'choose-l2'
import { archivesAmong, nextArchiveName, shiftedNames } from '../../build/log/rotation/archive-names.js'
import { canMap, WRITER_TYPES } from '../helpers/kinds.js'
import { lineOf } from '../helpers/numbered-lines.js'
import { leaveBehind } from '../helpers/orphan.js'
import { hundredByteLines, largestOf } from '../helpers/rotated.js'
import { tempFolder } from '../helpers/temp-folder.js'

const NAMING = { log: 'app.log', keepsExtension: false, isNumbered: true }
const SCHEDULE = { interval: null, atMinutes: 0, isUtc: false }
const numbered = (size, more = {}) => ({ size, naming: 'numbered', keep: Infinity, ...more })

for (const writerType of WRITER_TYPES) {
  it(`${writerType} writer: all lines are there in order, and the newest archive is number 1`, async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const lines = hundredByteLines(300)
    for (let start = 0; start < 3; start++) {
      const writer = createWriter(path, { writerType, rotate: numbered(1000) })
      for (const line of lines.slice(start * 100, start * 100 + 100)) writer.send(line)
      assert.equal(await writer.stop(Infinity), true)
    }
    const texts = textsOf(path)
    assert.equal(texts.join(''), lines.map((line) => `${line}\n`).join(''))
    assert.equal(texts.length, 30)
    assert.ok(largestOf(texts) <= 1000)
  })
}

it('the oldest ones go, and what only looks like an archive stays', async (t) => {
  const folder = tempFolder(t)
  const path = join(folder, 'app.log')
  const others = [
    'app.log.0',
    'app.log.01',
    'app.log.1.bak',
    'app.log.x',
    'app.log.2026-11-22.1',
    'app.log.1.gz.txt',
  ]
  for (const name of others) writeFileSync(join(folder, name), name)
  const writer = createWriter(path, { rotate: numbered(1000, { keep: 2 }) })
  for (const line of hundredByteLines(100)) writer.send(line)
  assert.equal(await writer.stop(Infinity), true)
  assert.deepEqual(
    readdirSync(folder).sort(),
    [...others, '.app.log.lock', 'app.log', 'app.log.1', 'app.log.2'].sort(),
  )
  for (const name of others) assert.equal(readFileSync(join(folder, name), 'utf8'), name)
})

it('a folder in the way is not moved: the log goes on, and rotates once it is gone', async (t) => {
  const path = join(tempFolder(t), 'app.log')
  mkdirSync(`${path}.1`)
  const writer = createWriter(path, { rotate: numbered(1000) })
  const errors = []
  writer.on('error', ({ code }) => errors.push(code))
  const lines = hundredByteLines(20)
  for (const line of lines) writer.send(line)
  assert.equal(await writer.flush(Infinity), true)
  assert.equal(await writer.rotate(Infinity), false)
  assert.deepEqual(readdirSync(`${path}.1`), [])
  assert.ok(errors.includes('ERR_ROTATE_FAILED'))
  rmSync(`${path}.1`, { recursive: true })
  assert.equal(await writer.rotate(Infinity), true)
  assert.equal(await writer.stop(Infinity), true)
  assert.equal(textsOf(path).join(''), lines.map((line) => `${line}\n`).join(''))
})

it('belongs to one process', { skip: !canMap }, async (t) => {
  const path = join(tempFolder(t), 'app.log')
  const writer = createWriter(path, { rotate: numbered(1000) })
  t.after(() => writer.stop())
  assert.throws(() => createWriter(path, { rotate: numbered(1000) }), { code: 'ERR_LOCKED' })
})

it('is not compressed', (t) => {
  const path = join(tempFolder(t), 'app.log')
  assert.throws(() => createWriter(path, { rotate: numbered(1000, { compress: 'gzip' }) }), {
    code: 'ERR_INVALID_ARGUMENT',
    message: /rotate.naming to be 'dated'/,
  })
})

it('is kept by a recovery', { skip: !canMap }, async (t) => {
  const path = join(tempFolder(t), 'app.log')
  const options = { rotate: numbered(1000, { keep: 1e9 }) }
  await leaveBehind(t, { path, written: 50, lines: 500, options })
  recover(path)
  assert.deepEqual(
    textsOf(path).join('').trimEnd().split('\n'),
    Array.from({ length: 500 }, (_, n) => lineOf(0, n)),
  )
  assert.ok(largestOf(textsOf(path)) <= 1000)
})

describe('the renames of a rotation', () => {
  it('keep the order and overwrite nothing, wherever they are interrupted', () => {
    const archives = fc.uniqueArray(fc.integer({ min: 1, max: 12 }))
    fc.assert(
      fc.property(archives, fc.array(fc.nat(12), { maxLength: 5 }), (numbers, interruptions) => {
        const files = new Map(numbers.map((n) => [`app.log.${n}`, `content ${n}`]))
        const before = inOrder(files)
        for (const steps of [...interruptions, Infinity]) {
          for (const [from, to] of shiftedNames(NAMING, [...files.keys()]).slice(0, steps)) {
            assert.ok(files.has(from) && !files.has(to))
            files.set(to, files.get(from))
            files.delete(from)
          }
          assert.deepEqual(inOrder(files), before)
        }
        assert.ok(!files.has(nextArchiveName(NAMING, SCHEDULE, [...files.keys()], 0)))
      }),
    )
  })
})

function inOrder(files) {
  return archivesAmong(NAMING, [...files.keys()]).map(({ name }) => files.get(name))
}

function textsOf(path) {
  const folder = join(path, '..')
  const names = archivesAmong(NAMING, readdirSync(folder)).map(({ name }) => name)
  return [...names, 'app.log'].map((name) => readFileSync(join(folder, name), 'utf8'))
}
