// The published types: no internals in them, and a compiler tells mistakes.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { tempFolder } from '../helpers/temp-folder.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const require = createRequire(import.meta.url)
const TSC = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc')

const PROGRAM = `
import { attachWriter, createWriter, Q, type QHandle, type Writer, type WriterHandle } from 'choose-l2'
import { MessageChannel } from 'node:worker_threads'

const writer: Writer = createWriter('app.log', { writerType: 'line', policy: 'drop_oldest' })
const handle: WriterHandle = writer.handle
new MessageChannel().port1.postMessage(handle)
attachWriter(handle).send('a line')
const q: QHandle = new Q(10).handle
Q.open(q).put('a line')
const done: Promise<boolean> = writer.stop()
writer.on('drop', ({ lines }) => lines.toFixed())
void done

// @ts-expect-error a handle is not made by hand
attachWriter({ id: '1', path: 'app.log' })
// @ts-expect-error nor is it a path
attachWriter('app.log')
// @ts-expect-error a writer is not its handle
attachWriter(writer)
// @ts-expect-error a writer's handle is not a queue's
Q.open(handle)
// @ts-expect-error what is in a handle is nobody's business
void handle.id
// @ts-expect-error no such policy
createWriter('app.log', { policy: 'drop' })
// @ts-expect-error a line is text or bytes
writer.send(1)
// @ts-expect-error made by attachWriter only
void new Q(1, {}, q)
`

test('they hold nothing that is internal, and are the same for both forms', () => {
  const [esm, cjs] = ['index.d.ts', 'index.d.cts'].map((name) =>
    readFileSync(join(root, 'dist', name), 'utf8'),
  )
  assert.equal(esm, "export * from './index.cjs';\n")
  assert.doesNotMatch(cjs, /@internal|SharedArrayBuffer|\bControl\b|\bDoorbell\b|from '\./)
})

for (const [extension, module] of [
  ['mts', 'nodenext'],
  ['cts', 'nodenext'],
]) {
  test(`a compiler takes what is right and refuses what is not (.${extension})`, (t) => {
    const folder = tempFolder(t)
    mkdirSync(join(folder, 'node_modules/@types'), { recursive: true })
    symlinkSync(root, join(folder, 'node_modules/choose-l2'))
    symlinkSync(
      dirname(require.resolve('@types/node/package.json')),
      join(folder, 'node_modules/@types/node'),
    )
    writeFileSync(join(folder, `program.${extension}`), PROGRAM)
    const compilerOptions = {
      module,
      target: 'es2023',
      lib: ['es2023'],
      strict: true,
      noEmit: true,
      types: ['node'],
    }
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, files: [`program.${extension}`] }),
    )
    const { status, stdout } = spawnSync(process.execPath, [TSC, '-p', folder], { encoding: 'utf8' })
    assert.equal(stdout, '')
    assert.equal(status, 0)
  })
}
