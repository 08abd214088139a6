// Retention in a real folder, among files that are none of ours.

import assert from 'node:assert/strict'
import fs from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { deleteTemporaries, keepArchives } from '../../../build/log/rotation/keep-archives.js'
import { resolveRotate } from '../../../build/log/rotation/rotate-options.js'
import { tempFolder } from '../../helpers/temp-folder.js'

const FOREIGN = [
  'app.log.bak',
  'app.log.2026-13-45.1',
  'app.log.2026-11-22',
  'app.log.2026-11-22.01',
  'app.log.1',
  'app-error.log.2026-11-01.1',
  'other.log.2026-11-01.1',
  '.app.log.lock',
]
const OURS = [1, 2, 3, 9, 10].map((n) => `app.log.2026-11-20.${n}`)

function folderOfLogs(t) {
  const folder = tempFolder(t)
  const path = join(folder, 'app.log')
  for (const name of ['app.log', ...FOREIGN, ...OURS]) fs.writeFileSync(join(folder, name), 'x'.repeat(100))
  fs.mkdirSync(join(folder, 'app.log.2026-11-01.1'))
  fs.symlinkSync(join(folder, 'app.log.bak'), join(folder, 'app.log.2026-11-01.2'))
  return { folder, path }
}

/** Node's functions, with a list of the calls. */
function watched(calls) {
  return new Proxy(fs, {
    get: (fs, name) =>
      typeof fs[name] === 'function'
        ? (...args) => (calls.push([name, args[0]]), fs[name](...args))
        : fs[name],
  })
}

it('deletes the oldest of the archives, and touches nothing else', (t) => {
  const { folder, path } = folderOfLogs(t)
  const before = fs.readdirSync(folder)
  const { deleted, tasks } = keepArchives(path, resolveRotate({ keep: 2 }))
  assert.deepEqual([deleted, tasks], [3, []])
  const gone = before.filter((name) => !fs.readdirSync(folder).includes(name))
  assert.deepEqual(gone.sort(), OURS.slice(0, 3).sort())
})

it('counts the live file in the total, and looks at no foreign file', (t) => {
  const { folder, path } = folderOfLogs(t)
  const calls = []
  keepArchives(path, resolveRotate({ maxTotal: 300, minFree: 1 }), watched(calls))
  assert.deepEqual(
    OURS.filter((name) => fs.existsSync(join(folder, name))),
    OURS.slice(3),
  )
  const looked = calls.filter(([name]) => name === 'lstatSync').map(([, path]) => path)
  assert.deepEqual(new Set(looked), new Set([path, ...OURS.map((name) => join(folder, name))]))
})

it('names the archives to compress, and leaves the newest plain', (t) => {
  const { folder, path } = folderOfLogs(t)
  fs.renameSync(join(folder, OURS[0]), join(folder, `${OURS[0]}.gz`))
  const { tasks } = keepArchives(path, resolveRotate({ compress: 'gzip', keep: 4 }))
  assert.deepEqual(
    tasks.map((task) => [task.path, task.type]),
    OURS.slice(1, 4).map((name) => [join(folder, name), 'gzip']),
  )
})

it('does nothing in a folder without archives, and throws if there is none', (t) => {
  const folder = tempFolder(t)
  const rotate = resolveRotate({ keep: 0, maxTotal: 1, minFree: 1e15 })
  assert.deepEqual(keepArchives(join(folder, 'app.log'), rotate), { deleted: 0, tasks: [] })
  assert.throws(() => keepArchives(join(folder, 'gone', 'app.log'), rotate), { code: 'ENOENT' })
})

it('at start, deletes what killed compressions have left, and no other .tmp', (t) => {
  const { folder, path } = folderOfLogs(t)
  const mine = [`${OURS[0]}.gz.tmp`, 'app.log.2026-11-19.1.zst.tmp']
  const others = ['app.log.bak.gz.tmp', 'app.log.tmp', 'other.log.2026-11-20.1.gz.tmp']
  for (const name of [...mine, ...others]) fs.writeFileSync(join(folder, name), '')
  deleteTemporaries(path, resolveRotate({ compress: 'gzip' }))
  const isThere = (name) => fs.existsSync(join(folder, name))
  assert.deepEqual([...mine, ...others, ...OURS].filter(isThere), [...others, ...OURS])
})
