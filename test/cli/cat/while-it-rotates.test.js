// `cat` on a log that rotates, and whose archives are compressed and deleted, at the worst moments.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import promises from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { takeSnapshot } from '../../../build/cli/cat/snapshot.js'
import { folderOfArchives } from '../archives/folder-of-archives.js'

const MAIN = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url))
const BIG = 'big\n'.repeat(2_000_000)

/** A log of five numbered lines, three of them in archives. */
const LOG = {
  'app.log.2026-11-20.1.gz': '1\n',
  'app.log.2026-11-20.2': '2\n',
  'app.log.2026-11-20.3': '3\n',
  'app.log': '4\n',
}

function rotate(folder, sequence, next) {
  fs.renameSync(join(folder, 'app.log'), join(folder, `app.log.2026-11-20.${sequence}`))
  if (next !== undefined) fs.writeFileSync(join(folder, 'app.log'), next)
}

function compress(folder, sequence) {
  const path = join(folder, `app.log.2026-11-20.${sequence}`)
  fs.writeFileSync(`${path}.gz.tmp`, gzipSync(fs.readFileSync(path)))
  fs.renameSync(`${path}.gz.tmp`, `${path}.gz`)
  fs.unlinkSync(path)
}

/** What a snapshot holds, if `meanwhile` happens at its n-th call of `name`. */
async function snapshot(folder, name, n, meanwhile) {
  let calls = 0
  const port = {
    lstat: promises.lstat,
    readdir: promises.readdir,
    async [name](...args) {
      if (++calls === n) meanwhile()
      return promises[name](...args)
    },
  }
  const log = { path: join(folder, 'app.log'), folder, name: 'app.log' }
  const sources = await takeSnapshot(log, { log: 'app.log', keepsExtension: false, isNumbered: false }, port)
  const texts = []
  for (const { kind, archive, handle } of sources) {
    if (kind === 'archive') texts.push(archive.id.replace('2026-11-20.', ''))
    else texts.push((await handle.readFile('utf8')).trim())
    await handle?.close()
  }
  return texts.join(' ')
}

describe('the files that are found have each line once, if meanwhile', () => {
  for (const [call, n] of [
    ['readdir', 1],
    ['readdir', 2],
    ['lstat', 1],
    ['lstat', 2],
    ['lstat', 3],
  ]) {
    describe(`at ${call} ${n}`, () => {
      const CASES = {
        'the log rotates': (folder) => rotate(folder, 4, '5\n'),
        'the log rotates, and there is no new one yet': (folder) => rotate(folder, 4),
        'it rotates twice': (folder) => {
          rotate(folder, 4, '5\n')
          rotate(folder, 5, '6\n')
        },
        'it rotates and is compressed': (folder) => {
          rotate(folder, 4, '5\n')
          compress(folder, 4)
        },
        'an older archive is compressed': (folder) => compress(folder, 2),
      }
      for (const [name, meanwhile] of Object.entries(CASES)) {
        it(name, async (t) => {
          const folder = folderOfArchives(t, LOG)
          const found = await snapshot(folder, call, n, () => meanwhile(folder))
          assert.match(found, /^1 2 3 4( 5)?( 6)?$/)
        })
      }
    })
  }

  it('the log rotates and is compressed during each listing', async (t) => {
    const folder = folderOfArchives(t, LOG)
    let last = 4
    const readdir = async (...args) => {
      const entries = await promises.readdir(...args)
      rotate(folder, last, `${last + 1}\n`)
      compress(folder, last++)
      return entries
    }
    const log = { path: join(folder, 'app.log'), folder, name: 'app.log' }
    const naming = { log: 'app.log', keepsExtension: false, isNumbered: false }
    const sources = await takeSnapshot(log, naming, { lstat: promises.lstat, readdir })
    assert.deepEqual(
      sources.map(({ kind, archive }) => `${kind} ${archive?.sequence}`),
      sources.map((_, n) => `archive ${n + 1}`),
    )
    assert.ok(sources.length >= 4, 'all that was there at the beginning')
  })

  it('the log is deleted', async (t) => {
    const folder = folderOfArchives(t, LOG)
    const found = await snapshot(folder, 'readdir', 1, () => fs.unlinkSync(join(folder, 'app.log')))
    assert.equal(found, '1 2 3')
  })

  it('a listing misses a file that is renamed', async (t) => {
    const folder = folderOfArchives(t, LOG)
    let calls = 0
    const readdir = async (...args) => {
      const entries = await promises.readdir(...args)
      return ++calls === 1 ? entries.filter(({ name }) => !name.endsWith('.2')) : entries
    }
    const log = { path: join(folder, 'app.log'), folder, name: 'app.log' }
    const naming = { log: 'app.log', keepsExtension: false, isNumbered: false }
    const sources = await takeSnapshot(log, naming, { lstat: promises.lstat, readdir })
    assert.deepEqual(
      sources.map(({ archive }) => archive?.sequence),
      [1, 2, 3, undefined],
    )
    await sources.at(-1).handle.close()
  })
})

/** Starts the command, and resolves when it waits for the reader in the first archive. */
async function startAndBlock(folder) {
  const child = spawn(process.execPath, [MAIN, 'cat', join(folder, 'app.log')])
  await once(child.stdout, 'readable')
  return { child, stdout: () => text(child.stdout), stderr: text(child.stderr) }
}

describe('what happens while it prints', () => {
  it('compressed archives are found again, deleted ones are told, a rotation loses and doubles nothing', async (t) => {
    const folder = folderOfArchives(t, { ...LOG, 'app.log.2026-11-19.1': BIG })
    const { child, stdout, stderr } = await startAndBlock(folder)
    compress(folder, 2)
    fs.unlinkSync(join(folder, 'app.log.2026-11-20.3'))
    fs.appendFileSync(join(folder, 'app.log'), '5\n')
    rotate(folder, 4, '6\n')
    compress(folder, 4)
    const closed = once(child, 'close')
    assert.equal((await stdout()).slice(BIG.length), '1\n2\n4\n5\n')
    assert.equal(await stderr, 'choose-l2: app.log.2026-11-20.3 was deleted before its turn came\n')
    assert.deepEqual(await closed, [0, null])
  })

  it('the archive that is being printed is printed to its end, even if it is compressed and deleted', async (t) => {
    const folder = folderOfArchives(t, { 'app.log.2026-11-20.1': BIG, 'app.log': 'live\n' })
    const { stdout } = await startAndBlock(folder)
    compress(folder, 1)
    fs.unlinkSync(join(folder, 'app.log.2026-11-20.1.gz'))
    assert.equal(await stdout(), `${BIG}live\n`)
  })

  it('a deleted archive whose name the live file has taken does not double its lines', async (t) => {
    const folder = folderOfArchives(t, {
      'app.log.2026-11-20.1': BIG,
      'app.log.2026-11-20.2': '2\n',
      'app.log': '3\n',
    })
    const { stdout, stderr } = await startAndBlock(folder)
    fs.unlinkSync(join(folder, 'app.log.2026-11-20.2'))
    rotate(folder, 2, '4\n')
    assert.equal((await stdout()).slice(BIG.length), '3\n')
    assert.equal(await stderr, 'choose-l2: app.log.2026-11-20.2 was deleted before its turn came\n')
  })

  it('a reader that has enough is a quiet end', async (t) => {
    for (const name of ['app.log', 'app.log.2026-11-20.1', 'app.log.2026-11-20.1.gz']) {
      const folder = folderOfArchives(t, { [name]: BIG })
      const { child, stderr } = await startAndBlock(folder)
      child.stdout.destroy()
      assert.deepEqual(await once(child, 'close'), [0, null])
      assert.equal(await stderr, '')
    }
  })

  for (const signal of ['SIGINT', 'SIGTERM']) {
    it(`${signal} ends it at once`, async (t) => {
      const folder = folderOfArchives(t, { 'app.log': BIG })
      const { child, stderr } = await startAndBlock(folder)
      const exited = once(child, 'exit')
      child.kill(signal)
      assert.deepEqual(await exited, [null, signal])
      child.stdout.destroy()
      assert.equal(await stderr, '')
    })
  }

  it('a full disk is told, with exit code 1', async (t) => {
    const folder = folderOfArchives(t, { 'app.log': 'a\n' })
    const full = fs.openSync('/dev/full', 'w')
    const child = spawn(process.execPath, [MAIN, 'cat', join(folder, 'app.log')], {
      stdio: ['pipe', full, 'pipe'],
    })
    fs.closeSync(full)
    const closed = once(child, 'close')
    assert.match(await text(child.stderr), /^choose-l2: Could not write: ENOSPC: .*\n$/)
    assert.deepEqual(await closed, [1, null])
  })
})
