import assert from 'node:assert/strict'
import fs from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { Compressor } from '../../../build/log/rotation/compressor.js'
import { loadLibc } from '../../../build/native/libc.js'
import { tempFolder } from '../../helpers/temp-folder.js'

const module = JSON.stringify(
  new URL('../../../build/log/rotation/compression-thread.js', import.meta.url).href,
)
const SCRIPT = `import(${module}).then(({ runCompressionThread }) => runCompressionThread(() => false))`
const ARCHIVES = [{ log: '/no/app.log', queueFolder: '/no' }]

describe('the compression thread', { skip: !loadLibc().available && 'there is no koffi' }, () => {
  let alive // the thread itself keeps no process alive
  before(() => {
    alive = setInterval(() => {}, 60_000)
  })
  after(() => clearInterval(alive))

  it('compresses one archive after the other, and reports each', async (t) => {
    const folder = tempFolder(t)
    const paths = ['app.log.1', 'app.log.2', 'missing'].map((name) => join(folder, name))
    for (const path of paths.slice(0, 2)) fs.writeFileSync(path, 'text\n')
    const outcomes = await compressAll(paths)
    assert.deepEqual(outcomes, ['done', 'done', 'gone'])
    assert.deepEqual(fs.readdirSync(folder).sort(), ['app.log.1.gz', 'app.log.2.gz'])
  })

  it('reports what fails and goes on', async (t) => {
    const folder = tempFolder(t)
    const paths = ['a folder', 'app.log.2'].map((name) => join(folder, name))
    fs.mkdirSync(paths[0])
    fs.writeFileSync(paths[1], 'text\n')
    assert.deepEqual(await compressAll(paths), ['failed', 'done'])
  })

  it('stops when it is cancelled, and leaves the archive as it was', async (t) => {
    const path = join(tempFolder(t), 'app.log.1')
    const fd = fs.openSync(path, 'w')
    fs.ftruncateSync(fd, 2 ** 40) // takes hours
    fs.closeSync(fd)
    const reported = deferred()
    const compressor = new Compressor(SCRIPT, ARCHIVES, reported.resolve)
    compressor.compress([{ path, type: 'gzip', level: 1 }])
    while (!fs.existsSync(`${path}.gz.tmp`)) await new Promise((resolve) => setTimeout(resolve, 2))
    compressor.cancelSync()
    assert.equal((await reported.promise).outcome, 'cancelled')
    assert.deepEqual(fs.readdirSync(join(path, '..')), ['app.log.1'])
  })
})

function compressAll(paths) {
  return new Promise((resolve) => {
    const outcomes = []
    const compressor = new Compressor(SCRIPT, ARCHIVES, ({ outcome }) => {
      if (outcomes.push(outcome) === paths.length) resolve(outcomes)
    })
    compressor.compress(paths.map((path) => ({ path, type: 'gzip' })))
  })
}

function deferred() {
  let resolve
  const promise = new Promise((done) => {
    resolve = done
  })
  return { promise, resolve }
}
