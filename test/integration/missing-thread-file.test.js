// A bundler that loses the file of the writer thread costs speed, never lines.

import assert from 'node:assert/strict'
import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { WRITER_TYPES } from '../helpers/integration/kinds.js'
import { expectAllLines, lineOf } from '../helpers/integration/numbered-lines.js'
import { tempFolder } from '../helpers/integration/temp-folder.js'
import { until } from '../helpers/integration/until.js'
import { watchWriterThreads } from '../helpers/integration/writer-threads.js'

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

test('a thread that cannot start is reported once; lines are written meanwhile, and it starts when it can', async (t) => {
  const folder = tempFolder(t)
  const { entry, createWriter } = await importWithout('thread/entry.js', folder)
  writeFileSync(entry, "throw new Error('broken on purpose')")
  const warnings = []
  const onWarning = ({ code, message }) => warnings.push(`${code} ${message}`)
  process.on('warning', onWarning)
  t.after(() => process.off('warning', onWarning))
  const { threads } = watchWriterThreads(t)

  const path = join(folder, 'app.log')
  const writer = createWriter(path, { queueSize: 100 })
  writer.on('error', assert.fail)
  let sent = 0
  for (let starts = 1; starts <= 4; starts++) {
    for (const end = sent + 500; sent < end; sent++) writer.send(lineOf(0, sent))
    assert.equal(await writer.flush(Infinity), true)
    await until(() => threads.length >= starts)
  }
  await until(() => !writer.hasThread)
  assert.equal(warnings.length, 1)
  assert.match(warnings[0], /CHOOSE_L2_NO_THREAD .*broken on purpose/u)

  cpSync(join(root, 'dist/thread/entry.js'), entry)
  await until(() => writer.hasThread)
  for (const end = sent + 500; sent < end; sent++) writer.send(lineOf(0, sent))
  assert.equal(await writer.stop(Infinity), true)
  expectAllLines(path, sent)
  assert.equal(warnings.length, 1)
})

/** A copy of the package that lacks a file, whose path is `entry`. */
async function importWithout(file, folder) {
  const copy = join(folder, 'package')
  mkdirSync(copy)
  cpSync(join(root, 'dist'), join(copy, 'dist'), { recursive: true })
  cpSync(join(root, 'package.json'), join(copy, 'package.json'))
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  rmSync(join(copy, 'dist', file))
  const { createWriter } = await import(pathToFileURL(join(copy, 'dist/index.js')).href)
  return { createWriter, entry: join(copy, 'dist', file) }
}
