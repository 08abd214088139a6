// The subcommand `cat`: what it prints, in which order, and what it says to mistakes.

import assert from 'node:assert/strict'
import { linkSync, mkdirSync, openSync, closeSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { createWriter } from 'choose-l2'
import { canCompress } from '../../../build/log/rotation/compress-archive.js'
import { addForeign, folderOfArchives, writeArchive } from '../archives/folder-of-archives.js'
import { run } from '../command.js'
import { skipWithoutLibc } from '../../helpers/mapped-log.js'
import { tempFolder } from '../../helpers/temp-folder.js'
import { until } from '../../helpers/until.js'

async function print(log, ...flags) {
  const { code, bytes, stderr } = await run(['cat', ...flags, log])
  assert.equal(stderr, '')
  assert.equal(code, 0)
  return bytes.toString()
}

describe('everything is printed in order', () => {
  it('archives, oldest first, 10 behind 2, and then the live file', async (t) => {
    const folder = folderOfArchives(t, {
      'app.log': '6\n',
      'app.log.2026-11-20.10': '4\n',
      'app.log.2026-11-20.2.gz': '2\n3\n',
      'app.log.2026-11-21.1': '5\n',
      'app.log.2026-11-03.11.gz': '1\n',
    })
    addForeign(folder)
    writeFileSync(join(folder, 'app.log.2026-11-20.11.gz.tmp'), 'half')
    assert.equal(await print(join(folder, 'app.log')), '1\n2\n3\n4\n5\n6\n')
  })

  it('archives of zstd, of many frames', { skip: !canCompress('zstd') }, async (t) => {
    const text = Array.from({ length: 300_000 }, (_, n) => `line ${n}\n`).join('')
    const folder = folderOfArchives(t, { 'app.log.2026-11-20.1.zst': text, 'app.log': 'live\n' })
    assert.equal(await print(join(folder, 'app.log')), `${text}live\n`)
  })

  it('archives without a live file', async (t) => {
    const folder = folderOfArchives(t, { 'app.log.2026-11-20.1.gz': 'a\n', 'app.log.2026-11-20.2': 'b\n' })
    assert.equal(await print(join(folder, 'app.log')), 'a\nb\n')
  })

  it('a log without archives, and an empty one with empty archives', async (t) => {
    const folder = folderOfArchives(t, { 'app.log': 'a\n' })
    assert.equal(await print(join(folder, 'app.log')), 'a\n')
    const empty = folderOfArchives(t, {
      'app.log': '',
      'app.log.2026-11-20.1': '',
      'app.log.2026-11-20.2.gz': '',
    })
    assert.equal(await print(join(empty, 'app.log')), '')
  })

  it('an archive in both forms once', async (t) => {
    const folder = folderOfArchives(t, {
      'app.log.2026-11-20.1': 'a\n',
      'app.log.2026-11-20.1.gz': 'a\n',
      'app.log': 'b\n',
    })
    assert.equal(await print(join(folder, 'app.log')), 'a\nb\n')
  })

  it('archives that keep the extension', async (t) => {
    const folder = folderOfArchives(t, { 'app-2026-11-20.1.log': 'a\n', 'app.log': 'b\n' })
    assert.equal(await print(join(folder, 'app.log')), 'b\n')
    assert.equal(await print(join(folder, 'app.log'), '--keep-extension'), 'a\nb\n')
  })

  it('the file behind a link with the archives beside it', async (t) => {
    const folder = folderOfArchives(t, { 'app.log.2026-11-20.1': 'a\n', 'app.log': 'b\n' })
    mkdirSync(join(folder, 'links'))
    symlinkSync('../app.log', join(folder, 'links', 'middle.log'))
    symlinkSync('middle.log', join(folder, 'links', 'current.log'))
    assert.equal(await print(join(folder, 'links', 'current.log')), 'a\nb\n')
  })

  it('a live file that is an archive, too, once', async (t) => {
    const folder = folderOfArchives(t, { 'app.log': 'b\n', 'app.log.2026-11-20.1': 'a\n' })
    linkSync(join(folder, 'app.log'), join(folder, 'app.log.2026-11-20.2'))
    assert.equal(await print(join(folder, 'app.log')), 'a\nb\n')
  })
})

describe('bytes are not changed', () => {
  it('huge lines, and bytes that are no text', async (t) => {
    const huge = `${'x'.repeat(20_000_000)}\n`
    const folder = folderOfArchives(t, { 'app.log.2026-11-20.1.gz': huge, 'app.log.2026-11-20.2': huge })
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, n) => n))
    writeFileSync(join(folder, 'app.log'), bytes)
    const { bytes: printed } = await run(['cat', join(folder, 'app.log')])
    assert.ok(printed.equals(Buffer.concat([Buffer.from(huge + huge), bytes])))
  })

  it('but a file that ends within a line does not join it to the next one', async (t) => {
    const folder = folderOfArchives(t, {
      'app.log.2026-11-20.1': 'torn',
      'app.log.2026-11-20.2': '',
      'app.log.2026-11-20.3': 'a\n',
      'app.log': 'not finished',
    })
    assert.equal(await print(join(folder, 'app.log')), 'torn\na\nnot finished')
  })

  it('and NULs at the end of the live file are left out, but not others', async (t) => {
    const folder = folderOfArchives(t, { 'app.log.2026-11-20.1': 'a\0\n' })
    const hole = '\0'.repeat(1_000_000)
    writeFileSync(join(folder, 'app.log'), `b\n${hole}c\n${hole}`)
    assert.equal(await print(join(folder, 'app.log')), `a\0\nb\n${hole}c\n`)
    writeFileSync(join(folder, 'app.log'), hole)
    assert.equal(await print(join(folder, 'app.log')), 'a\0\n')
  })
})

it(
  'a memory-mapped log that is open is printed without its unwritten end',
  { skip: skipWithoutLibc.skip },
  async (t) => {
    const log = join(tempFolder(t), 'app.log')
    const writer = createWriter(log, { writerType: 'mmap' })
    writer.send('a')
    writer.send('b')
    await until(() => readFileSync(log, 'latin1').startsWith('a\nb\n')) // flush() would cut the file
    assert.equal(await print(log), 'a\nb\n')
    await writer.stop()
  },
)

describe('what cannot be printed', () => {
  it('a damaged archive is named, the others are printed, and the exit code is 1', async (t) => {
    const folder = folderOfArchives(t, { 'app.log.2026-11-20.1': 'a\n', 'app.log': 'c\n' })
    writeFileSync(join(folder, 'app.log.2026-11-20.2.gz'), 'no gzip')
    writeArchive(folder, 'app.log.2026-11-20.3.gz', 'x'.repeat(1000))
    const whole = readFileSync(join(folder, 'app.log.2026-11-20.3.gz'))
    writeFileSync(join(folder, 'app.log.2026-11-20.3.gz'), whole.subarray(0, -4))
    const { code, stdout, stderr } = await run(['cat', join(folder, 'app.log')])
    assert.equal(code, 1)
    assert.match(stdout, /^a\nx*\n?c\n$/)
    assert.match(stderr, /Could not read app\.log\.2026-11-20\.2: incorrect header check\n/)
    assert.match(stderr, /Could not read app\.log\.2026-11-20\.3: unexpected end of file\n$/)
  })

  it('a zstd archive that ends too early', { skip: !canCompress('zstd') }, async (t) => {
    const folder = folderOfArchives(t, { 'app.log.2026-11-20.1.zst': 'x'.repeat(1000), 'app.log': 'c\n' })
    const path = join(folder, 'app.log.2026-11-20.1.zst')
    writeFileSync(path, readFileSync(path).subarray(0, -2))
    const { code, stderr } = await run(['cat', join(folder, 'app.log')])
    assert.equal(code, 1)
    assert.match(stderr, /Could not read app\.log\.2026-11-20\.1: it ends too early\n$/)
  })

  it(
    'a zstd archive where Node.js has no zstd, before anything is printed',
    { skip: canCompress('zstd') },
    async (t) => {
      const folder = folderOfArchives(t, { 'app.log.2026-11-20.1': 'a\n' })
      writeFileSync(join(folder, 'app.log.2026-11-20.2.zst'), 'zstd')
      const { code, stdout, stderr } = await run(['cat', join(folder, 'app.log')])
      assert.deepEqual({ code, stdout }, { code: 3, stdout: '' })
      assert.match(
        stderr,
        /^choose-l2: Could not read app\.log\.2026-11-20\.2\.zst: Node\.js [\d.]+ has no zstd; use Node\.js 22\.15 or newer, or zstdcat\n$/,
      )
    },
  )

  it('a log that is not there, nor an archive of it: exit code 3', async (t) => {
    const folder = tempFolder(t)
    writeFileSync(join(folder, 'app.log.2026-11-20.1.gz.tmp'), 'half')
    for (const path of ['app.log', 'none/app.log', 'app.log.2026-11-20.1.gz.tmp/app.log']) {
      const { code, stdout, stderr } = await run(['cat', join(folder, path)])
      assert.deepEqual({ code, stdout }, { code: 3, stdout: '' })
      assert.match(stderr, /^choose-l2: Could not (find|read) .*\n$/)
    }
  })

  it('a folder, a device, and a wrong flag: exit code 2', async (t) => {
    const folder = tempFolder(t)
    for (const [path, message] of [
      [folder, /Expected a log, but '.*' is a folder/],
      ['/dev/null', /Expected a log, but '\/dev\/null' is not a file/],
      ['--sinc', /Did you mean --since\?/],
    ]) {
      const { code, stderr } = await run(['cat', path])
      assert.match(stderr, message)
      assert.equal(code, 2)
    }
  })

  it('a log into itself', async (t) => {
    const folder = folderOfArchives(t, { 'app.log': 'a\n', 'app.log.2026-11-20.1': 'b\n' })
    for (const name of ['app.log', 'app.log.2026-11-20.1']) {
      const output = openSync(join(folder, name), 'a')
      const { code, stderr } = await run(['cat', join(folder, 'app.log')], '', {
        stdio: ['pipe', output, 'pipe'],
      })
      closeSync(output)
      assert.equal(code, 2)
      assert.match(stderr, /Expected the output to be another file, but it is /)
    }
    assert.equal(readFileSync(join(folder, 'app.log'), 'utf8'), 'a\n')
  })
})
