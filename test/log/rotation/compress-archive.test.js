import assert from 'node:assert/strict'
import fs from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import zlib from 'node:zlib'
import {
  canCompress,
  compressArchive,
  deleteTemporary,
} from '../../../build/log/rotation/compress-archive.js'
import { loadLibc } from '../../../build/native/libc.js'
import { tempFolder } from '../../helpers/temp-folder.js'

const libc = loadLibc()
const FREE = { isClaimed: () => false }
const TEXT = 'a line of an archive\n'.repeat(200_000)

describe('the compression of an archive', { skip: libc.available ? false : libc.reason }, () => {
  it('leaves the same bytes, mode and times in a gzip file, and nothing else', (t) => {
    const path = archive(t)
    fs.chmodSync(path, 0o640)
    fs.utimesSync(path, 1000, 2000)
    assert.equal(compressArchive({ path, type: 'gzip', level: 1 }, FREE), 'done')
    assert.equal(zlib.gunzipSync(fs.readFileSync(`${path}.gz`)).toString(), TEXT)
    const { mode, mtimeMs } = fs.statSync(`${path}.gz`)
    assert.deepEqual([mode & 0o777, mtimeMs], [0o640, 2_000_000])
    assert.deepEqual(namesBeside(path), ['app.log.1.gz'])
    assert.equal(compressArchive({ path, type: 'gzip' }, FREE), 'gone')
  })

  it('does zstd', { skip: !canCompress('zstd') && 'this Node.js has no zstd' }, (t) => {
    const path = archive(t)
    assert.equal(compressArchive({ path, type: 'zstd', level: 3 }, FREE), 'done')
    assert.equal(zlib.zstdDecompressSync(fs.readFileSync(`${path}.zst`)).toString(), TEXT)
  })

  it('waits for a writer that still has the archive open, and for a recovery that needs it', (t) => {
    const path = archive(t)
    const writer = fs.openSync(path, 'a')
    libc.tryLock(writer, 'shared')
    assert.equal(compressArchive({ path, type: 'gzip' }, FREE), 'busy')
    fs.closeSync(writer)
    const { ino } = fs.statSync(path)
    const isClaimed = ({ inode }) => inode === BigInt(ino)
    assert.equal(compressArchive({ path, type: 'gzip' }, { isClaimed }), 'claimed')
    assert.deepEqual(namesBeside(path), ['app.log.1'])
  })

  it('stops between two pieces when it is cancelled, and on a full disk, and leaves nothing', (t) => {
    const path = archive(t)
    let pieces = 0
    const isCancelled = () => ++pieces > 2
    assert.equal(compressArchive({ path, type: 'gzip' }, { ...FREE, isCancelled }), 'cancelled')
    const writeSync = () => {
      throw Object.assign(new Error('full'), { code: 'ENOSPC' })
    }
    const port = { ...fs, writeSync }
    assert.throws(() => compressArchive({ path, type: 'gzip' }, { ...FREE, fs: port }), { code: 'ENOSPC' })
    assert.deepEqual(namesBeside(path), ['app.log.1'])
  })

  it('ends quietly if retention deletes the archive meanwhile, with its temporary file or without', (t) => {
    for (const [files, outcome] of [
      [['', '.gz.tmp'], 'gone'],
      [[''], 'done'],
    ]) {
      const path = archive(t)
      let pieces = 0
      const isCancelled = () => {
        if (++pieces === 2) files.forEach((end) => fs.unlinkSync(`${path}${end}`))
        return false
      }
      assert.equal(compressArchive({ path, type: 'gzip' }, { ...FREE, isCancelled }), outcome)
      assert.deepEqual(namesBeside(path), outcome === 'done' ? ['app.log.1.gz'] : [])
    }
  })

  it('is not stopped by what a killed one has left: half a file, or both', (t) => {
    const path = archive(t)
    fs.writeFileSync(`${path}.gz.tmp`, 'half')
    const copy = fs.readFileSync(path)
    const times = fs.statSync(path)
    assert.equal(compressArchive({ path, type: 'gzip' }, FREE), 'done')
    fs.writeFileSync(path, copy)
    fs.utimesSync(path, times.atime, times.mtime)
    assert.equal(compressArchive({ path, type: 'gzip' }, FREE), 'done')
    assert.deepEqual(namesBeside(path), ['app.log.1.gz'])
  })

  it('never replaces or believes a file that another program has put there', (t) => {
    const path = archive(t)
    fs.utimesSync(path, 1000, 2000)
    fs.writeFileSync(`${path}.gz`, 'of another program')
    assert.equal(compressArchive({ path, type: 'gzip' }, FREE), 'occupied')
    assert.equal(fs.readFileSync(path, 'utf8'), TEXT)
    assert.equal(fs.readFileSync(`${path}.gz`, 'utf8'), 'of another program')
  })

  it('keeps its temporary file while it works, and loses it at the next start', (t) => {
    const path = archive(t)
    const temporary = `${path}.gz.tmp`
    fs.writeFileSync(temporary, 'half')
    const other = fs.openSync(path, 'r')
    libc.tryLock(other)
    deleteTemporary(temporary)
    assert.ok(fs.existsSync(temporary))
    fs.closeSync(other)
    deleteTemporary(temporary)
    assert.deepEqual(namesBeside(path), ['app.log.1'])
    fs.writeFileSync(temporary.replace('.1.', '.2.'), 'half, and its archive is gone')
    deleteTemporary(temporary.replace('.1.', '.2.'))
    assert.deepEqual(namesBeside(path), ['app.log.1'])
  })
})

function archive(t) {
  const path = join(tempFolder(t), 'app.log.1')
  fs.writeFileSync(path, TEXT)
  return path
}

function namesBeside(path) {
  return fs.readdirSync(join(path, '..')).sort()
}
