// A bundler that loses the file of the writer thread costs speed, never lines.

import assert from 'node:assert/strict'
import { cpSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { WRITER_TYPES } from '../helpers/integration/kinds.js'
import { expectAllLines, lineOf } from '../helpers/integration/numbered-lines.js'
import { tempFolder } from '../helpers/integration/temp-folder.js'

const root = fileURLToPath(new URL('../../', import.meta.url))

for (const writerType of WRITER_TYPES) {
  test(`without its thread's file the ${writerType} writer warns and writes everything`, async (t) => {
    const folder = tempFolder(t)
    const { createWriter } = await importWithout('thread/entry.js', folder)
    const path = join(folder, 'app.log')
    const warned = once(process, 'warning')
    const writer = createWriter(path, { writerType, queueSize: 100 })
    const [warning] = await warned
    assert.equal(warning.code, 'CHOOSE_L2_NO_THREAD')
    assert.equal(writer.hasThread, false)
    for (let n = 0; n < 2000; n++) writer.send(lineOf(0, n))
    assert.equal(await writer.stop(), true)
    expectAllLines(path, 2000)
  })
}

/** A copy of the package that lacks a file. */
async function importWithout(file, folder) {
  const copy = join(folder, 'package')
  mkdirSync(copy)
  cpSync(join(root, 'dist'), join(copy, 'dist'), { recursive: true })
  cpSync(join(root, 'package.json'), join(copy, 'package.json'))
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  rmSync(join(copy, 'dist', file))
  return import(pathToFileURL(join(copy, 'dist/index.js')).href)
}
