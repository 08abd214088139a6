// The package as ES module and as CommonJS: the same names, side by side in one process.

import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import * as esm from '../../dist/index.js'
import { expectAllLines, lineOf } from '../helpers/numbered-lines.js'
import { tempFolder } from '../helpers/temp-folder.js'

const cjs = createRequire(import.meta.url)('choose-l2')

test('both forms export the same names, and classes keep theirs', () => {
  assert.notEqual(cjs.createWriter, esm.createWriter, 'two copies')
  assert.deepEqual(Object.keys(cjs).sort(), Object.keys(esm).sort())
  for (const form of [cjs, esm]) {
    for (const [name, value] of Object.entries(form)) {
      if (typeof value === 'function') assert.equal(value.name, name)
    }
  }
})

test('an error of one form is an instance of the error class of the other', () => {
  const isBoth = (error) => error instanceof esm.ChooseL2Error && error instanceof cjs.ChooseL2Error
  assert.throws(() => cjs.createWriter(''), isBoth)
  assert.throws(() => esm.createWriter(''), isBoth)
})

test('a writer of either form has a thread and keeps lines past SIGKILL; the other form can attach to it', async (t) => {
  const folder = tempFolder(t)
  const before = process.listenerCount('exit')
  for (const [name, own, other] of [
    ['esm', esm, cjs],
    ['cjs', cjs, esm],
  ]) {
    const path = join(folder, `${name}.log`)
    const writer = own.createWriter(path)
    assert.equal(writer.crashSafe, process.platform === 'linux')
    const sender = other.attachWriter(writer.handle)
    for (let n = 0; n < 2000; n++) sender.send(lineOf(0, n))
    assert.equal(await sender.flush(Infinity), true)
    assert.equal(writer.hasThread, true)
    sender.detach()
    assert.equal(await writer.stop(Infinity), true)
    expectAllLines(path, 2000)
  }
  assert.equal(process.listenerCount('exit'), before)
})

test('writers of both forms share one listener for the end of the process and for signals', async (t) => {
  const folder = tempFolder(t)
  const counts = () => ['exit', 'SIGTERM'].map((event) => process.listenerCount(event))
  const first = esm.createWriter(join(folder, '1.log'))
  const before = counts()
  const second = cjs.createWriter(join(folder, '2.log'))
  assert.deepEqual(counts(), before)
  await Promise.all([first.stop(Infinity), second.stop(Infinity)])
})
