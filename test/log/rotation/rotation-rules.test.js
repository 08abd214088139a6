// A holder of a log with the rules that its options make: limits, boundaries, names, retention, from one end to the other.

import assert from 'node:assert/strict'
import fs from 'node:fs'
import { basename, join } from 'node:path'
import { it } from 'node:test'
import { archivesAmong } from '../../../build/log/rotation/archive-names.js'
import { headerLine } from '../../../build/log/rotation/header-cell.js'
import { keepArchives } from '../../../build/log/rotation/keep-archives.js'
import { resolveRotate } from '../../../build/log/rotation/rotate-options.js'
import { rotationRules } from '../../../build/log/rotation/rotation-rules.js'
import { openHolder, reserve } from '../../helpers/rotating.js'
import { tempFolder } from '../../helpers/temp-folder.js'

function open(t, option) {
  const path = join(tempFolder(t), 'app.log')
  const rotate = resolveRotate(option)
  const rules = rotationRules(rotate, basename(path), {
    fileMode: 0o644,
    syncsFolder: false,
    header: () => headerLine(typeof rotate.header === 'function' ? rotate.header() : rotate.header),
  })
  const { holder, close } = openHolder(path, rules)
  t.after(close)
  let live
  const write = (line) => {
    ;({ live } = reserve(holder, line.length, live))
    fs.writeSync(live.fd, line)
  }
  const archives = () =>
    archivesAmong(
      { log: 'app.log', keepsExtension: rotate.keepsExtension, isNumbered: false },
      fs.readdirSync(join(path, '..')),
    )
  const contents = () =>
    [...archives().map(({ name }) => join(path, '..', name)), path].map((file) =>
      fs.readFileSync(file, 'utf8'),
    )
  return { path, rotate, holder, write, archives, contents }
}

it('3,000 lines of 100 bytes with a limit of 20,480: all there in order, no file beyond the limit', (t) => {
  const { write, archives, contents } = open(t, { size: 20_480, keep: Infinity })
  const lines = Array.from({ length: 3000 }, (_, n) => `${String(n).padStart(99, '0')}\n`)
  lines.forEach(write)
  assert.equal(contents().join(''), lines.join(''))
  assert.ok(contents().every(({ length }) => length <= 20_480))
  const sequences = archives().map(({ sequence }) => sequence)
  assert.deepEqual(
    sequences,
    sequences.map((_, n) => n + 1),
  )
})

it('every file begins with the header, which counts', (t) => {
  let n = 0
  const { write, contents } = open(t, { size: 100, header: () => `# ${++n}` })
  for (const letter of 'abc') write(letter.repeat(96))
  assert.deepEqual(
    contents(),
    ['a', 'b', 'c'].map((letter, n) => `# ${n + 1}\n${letter.repeat(96)}`),
  )
})

it('the extension stays at the end if asked for', (t) => {
  const { write, archives } = open(t, { size: 10, keepExtension: true })
  write('x'.repeat(10))
  write('y')
  assert.match(archives()[0].name, /^app-\d{4}-\d\d-\d\d\.1\.log$/)
})

it('retention keeps as many archives as the option says', (t) => {
  const { path, rotate, write, archives } = open(t, { size: 10, keep: 3 })
  for (let n = 0; n < 12; n++) {
    write('x'.repeat(10))
    keepArchives(path, rotate)
  }
  assert.deepEqual(
    archives().map(({ sequence }) => sequence),
    [9, 10, 11],
  )
})
