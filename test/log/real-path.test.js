// The file behind a log's path, also while it is not there: another process may be rotating it.

import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { realFileOf } from '../../build/log/real-path.js'
import { tempFolder } from '../helpers/temp-folder.js'

for (const isThere of [true, false]) {
  it(`follows links of folders and of the log itself (the file is there: ${isThere})`, (t) => {
    const folder = tempFolder(t)
    const real = join(folder, 'real')
    mkdirSync(real)
    symlinkSync('real', join(folder, 'logs'))
    symlinkSync('app.log', join(real, 'current'))
    symlinkSync(join(folder, 'logs', 'current'), join(folder, 'link'))
    const file = join(real, 'app.log')
    if (isThere) writeFileSync(file, '')
    for (const path of [file, join(folder, 'logs', 'app.log'), join(real, 'current'), join(folder, 'link')])
      assert.equal(realFileOf(path), file)
  })
}

it('ends where links lead round in a circle', (t) => {
  const folder = tempFolder(t)
  symlinkSync('a', join(folder, 'b'))
  symlinkSync('b', join(folder, 'a'))
  assert.match(realFileOf(join(folder, 'a')), /[ab]$/)
})
