// Faults of other loggers that must not happen here, as their public reports tell them: docs/rotation-reports.md lists all of
// them. Those that other tests cover anyway are not repeated.

import assert from 'node:assert/strict'
import fs from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { createWriter } from 'choose-l2'
import { canMap, WRITER_TYPES } from '../helpers/kinds.js'
import { runProgram } from '../helpers/program.js'
import { archivesOf, hundredByteLines, largestOf, textsOf } from '../helpers/rotated.js'
import { tempFolder } from '../helpers/temp-folder.js'

it(
  'log4js#408, winston-daily-rotate-file#147, pm2-logrotate#194: a cluster loses no line, and each process follows',
  { skip: !canMap },
  async (t) => {
    const path = join(tempFolder(t), 'app.log')
    const { code, stderr } = await runProgram(t, 'clustered.js', [path, 20_000, 2000])
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    const texts = textsOf(path)
    assert.ok(texts.length > 25)
    assert.ok(largestOf(texts) <= 20_000)
    const lines = texts.join('').trimEnd().split('\n')
    for (const id of [0, 1, 2]) {
      const own = lines.filter((line) => line.startsWith(`p${id} `)).map((line) => Number(line.split(' ')[1]))
      assert.deepEqual(
        own,
        Array.from({ length: 2000 }, (_, n) => n),
      )
    }
  },
)

it('winston-daily-rotate-file#125: no audit file: the folder says what there is', async (t) => {
  const path = join(tempFolder(t), 'app.log')
  for (let start = 0; start < 4; start++) {
    const writer = createWriter(path, { rotate: { size: 1000, keep: 5 } })
    for (const line of hundredByteLines(25, start * 25)) writer.send(line)
    assert.equal(await writer.stop(Infinity), true)
    fs.rmSync(join(path, '..', '.app.log.lock')) // as a clean-up of hidden files does
    assert.ok(archivesOf(path).length <= 5)
  }
  const lines = textsOf(path).join('').trimEnd().split('\n')
  assert.deepEqual(lines, hundredByteLines(100).slice(-lines.length))
  assert.equal(new Set(archivesOf(path)).size, 5)
})

it('streamroller#62, pm2-logrotate#135: an archive is never overwritten, whatever stands in its way', async (t) => {
  const path = join(tempFolder(t), 'app.log')
  for (let start = 0; start < 3; start++) {
    const writer = createWriter(path, { rotate: { size: 1000, keep: 1e9 } })
    for (const line of hundredByteLines(50, start * 50)) writer.send(line)
    assert.equal(await writer.stop(Infinity), true)
    const [first] = archivesOf(path)
    if (start === 0) fs.rmSync(first) // its number is not used again
  }
  assert.equal(
    textsOf(path).join(''),
    hundredByteLines(150)
      .slice(10)
      .map((line) => `${line}\n`)
      .join(''),
  )
})

it('winston#1525, winston#2318: compression does not hold up logging', { skip: !canMap }, async (t) => {
  const folder = tempFolder(t)
  const path = join(folder, 'app.log')
  const huge = join(folder, `app.log.2020-01-01.1`)
  fs.closeSync(fs.openSync(huge, 'w'))
  fs.truncateSync(huge, 2 ** 40) // takes hours
  const writer = createWriter(path, {
    rotate: { size: 100_000, keep: 1e9, compress: { type: 'gzip', keepPlain: 0 } },
  })
  while (!fs.existsSync(`${huge}.gz.tmp`)) await new Promise(setImmediate)
  for (const line of hundredByteLines(5000)) writer.send(line)
  assert.equal(await writer.flush(Infinity), true)
  assert.ok(fs.existsSync(`${huge}.gz.tmp`), 'it is still at work')
  assert.equal(await writer.stop(Infinity), true)
  fs.rmSync(huge)
  while (fs.existsSync(`${huge}.gz.tmp`)) await new Promise(setImmediate)
  assert.equal(textsOf(path).join('').length, 500_000)
})

for (const writerType of WRITER_TYPES) {
  describe(
    `a rotation that fails, ${writerType} writer`,
    { skip: process.getuid?.() !== 0 && 'it needs root' },
    () => {
      it('winston#612, spdlog#2261: is not tried in a loop, and the old file keeps all it has', async (t) => {
        const folder = tempFolder(t)
        const path = join(folder, 'app.log')
        const writer = createWriter(path, { writerType, crashSafe: false, rotate: { size: 1000, keep: 1e9 } })
        const errors = []
        writer.on('error', (error) => errors.push(error))
        writer.send('first')
        assert.equal(await writer.flush(Infinity), true)
        fs.chmodSync(folder, 0o555)
        process.seteuid(65_534) // root may do everything
        t.after(() => process.seteuid(0))
        const lines = hundredByteLines(5000)
        const perTick = 100
        for (let n = 0; n < lines.length; n += perTick) {
          for (const line of lines.slice(n, n + perTick)) writer.send(line)
          assert.equal(await writer.flush(Infinity), true)
        }
        process.seteuid(0)
        fs.chmodSync(folder, 0o755)
        const all = `first\n${lines.map((line) => `${line}\n`).join('')}`
        const text = fs.readFileSync(path, 'utf8').replace(/\0+$/, '') // of a mapped window
        assert.ok(text === all)
        assert.ok(errors.length >= 1 && errors.length < 5, `${errors.length} errors`)
        assert.ok(errors.every(({ code }) => code === 'ERR_ROTATE_FAILED'))
        assert.equal(await writer.rotate(Infinity), true)
        assert.equal(await writer.stop(Infinity), true)
        assert.equal(archivesOf(path).length, 1)
      })

      it('winston-daily-rotate-file#374: the new file has the owner and the mode of the old one', async (t) => {
        const path = join(tempFolder(t), 'app.log')
        const writer = createWriter(path, { writerType, rotate: { size: 1000, keep: 1e9, compress: 'gzip' } })
        fs.chownSync(path, 1234, 4321)
        fs.chmodSync(path, 0o640)
        for (let n = 0; n < 3; n++) {
          writer.send('a')
          assert.equal(await writer.rotate(Infinity), true)
        }
        while (archivesOf(path).filter((name) => name.endsWith('.gz')).length < 2)
          await new Promise(setImmediate)
        assert.equal(await writer.stop(Infinity), true)
        for (const file of [path, ...archivesOf(path)]) {
          const { uid, gid, mode } = fs.statSync(file)
          assert.deepEqual({ uid, gid, mode: mode & 0o7777 }, { uid: 1234, gid: 4321, mode: 0o640 }, file)
        }
      })
    },
  )
}

it('a boundary that passes while nobody logs is noticed at the next line, and makes no empty archive', async (t) => {
  const path = join(tempFolder(t), 'app.log')
  const period = 1000
  const writer = createWriter(path, { rotate: { interval: period } })
  const boundary = () =>
    new Promise((resolve) => setTimeout(resolve, 2 * period + 10 - (Date.now() % period)))
  writer.send('a')
  assert.equal(await writer.flush(Infinity), true)
  await boundary()
  assert.deepEqual(archivesOf(path), [])
  writer.send('b')
  assert.equal(await writer.stop(Infinity), true)
  assert.deepEqual(textsOf(path), ['a\n', 'b\n'])
})
