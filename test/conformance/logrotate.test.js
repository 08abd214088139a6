// The real logrotate rotates the log of a writer at work.
//
// Asserted with `create`: the archives and the live file hold each line exactly once and in order.
// Asserted with `copytruncate`: the same, except for lines that were sent while logrotate ran. What is written between
// its copy and its truncation is lost, whoever writes. The live file begins with a whole line, so nothing is torn and
// no NULs stand before it. (The end of a copy may be torn, because logrotate may read during a write.)

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { findProgram, skipWithout } from './agents.js'
import { checkNumbered } from '../helpers/numbered-lines.js'
import { startProgram } from '../helpers/program.js'
import { tempFolder } from '../helpers/temp-folder.js'
import { until } from '../helpers/until.js'

const ROTATIONS = 4
/** Bytes in the live file before it is rotated. */
const FILLED = 2000

const skip = skipWithout('logrotate', 'logrotate')

for (const reopen of ['auto', 'SIGHUP']) {
  for (const directives of [
    ['create'],
    ['create', 'dateext'],
    ['create', 'compress', 'delaycompress'],
    ['copytruncate'],
    ['copytruncate', 'dateext'],
    ['copytruncate', 'compress', 'delaycompress'],
  ]) {
    const isCopied = directives.includes('copytruncate')
    const name = isCopied ? 'loses nothing that is sent after it' : 'loses nothing'
    test(`logrotate with ${directives.join(', ')} ${name} (reopen: '${reopen}')`, { skip }, async (t) => {
      const folder = tempFolder(t)
      mkdirSync(join(folder, 'logs'))
      const log = join(folder, 'logs', 'app.log')
      const writer = startProgram(t, 'keep-sending.js', [log, JSON.stringify({ reopen })])
      let asked = 0
      /** The number of a line that is in the file, as are those before it. */
      const askHowFar = async () => {
        writer.child.stdin.write('\n')
        const said = await until(async () => {
          const all = [...(await writer.says('sent ')).matchAll(/^sent (-?\d+)\n/gm)]
          return all.length > asked && all
        })
        return Number(said[asked++][1])
      }
      const logrotate = writeConfig(folder, log, directives, reopen === 'SIGHUP' ? writer.child.pid : null)

      const during = []
      // The date is the name: a second archive of the same day would have the same one.
      const rotations = directives.includes('dateext') ? 1 : ROTATIONS
      for (let n = 0; n < rotations; n++) {
        await until(() => existsSync(log) && statSync(log).size > FILLED)
        const before = await askHowFar()
        await run(logrotate)
        const after = await askHowFar()
        during.push({ before, after })
        // The next rotation compresses the archive, so logrotate asks that nobody writes to it any more.
        await until(() => Number(firstLine(log)?.split(' ', 2)[1] ?? -1) > before)
      }
      writer.child.stdin.end()
      const { code, stdout, stderr } = await writer.done
      assert.equal(code, 0, stderr)
      const sent = Number(/^ended (\d+)$/m.exec(stdout)[1])

      assert.equal(archivesOf(log).length, rotations)
      const content = archivesOf(log)
        .map(read)
        .map((text) => (isCopied ? withoutTornEnd(text) : text))
      const numbers = checkNumbered([...content, read(log)].join('')).get(0)
      const found = new Set(numbers)
      const missing = Array.from({ length: sent }, (_, n) => n).filter((n) => !found.has(n))
      const isExcused = (n) => isCopied && during.some(({ before, after }) => n > before && n <= after)
      assert.deepEqual(
        missing.filter((n) => !isExcused(n)),
        [],
      )
      t.diagnostic(`${sent} lines, ${rotations} rotations, ${missing.length} lost by logrotate's copy`)
    })
  }
}

/** Writes logrotate's configuration; returns its arguments. Its state file is in the folder too. */
function writeConfig(folder, log, directives, pid) {
  const config = join(folder, 'logrotate.conf')
  const postrotate = pid === null ? '' : `postrotate\nkill -HUP ${pid}\nendscript\n`
  const text = `${log} {\n${['rotate 20', ...directives].join('\n')}\n${postrotate}}\n`
  writeFileSync(config, text, { mode: 0o644 })
  return ['-f', '-s', join(folder, 'state'), config]
}

async function run(args) {
  const child = spawn(findProgram('logrotate'), args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const [stderr, [code]] = await Promise.all([child.stderr.toArray(), once(child, 'close')])
  assert.equal(code, 0, Buffer.concat(stderr).toString())
}

/** Oldest first: app.log.1 is the newest, and there is only one with a date. */
function archivesOf(log) {
  const folder = join(log, '..')
  return readdirSync(folder)
    .filter((name) => /^app\.log[.-]\d+(\.gz)?$/.test(name))
    .sort((one, other) => sequenceOf(other) - sequenceOf(one))
    .map((name) => join(folder, name))
}

function sequenceOf(name) {
  return Number(/\d+/.exec(name)[0])
}

function read(path) {
  const bytes = readFileSync(path)
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
}

function withoutTornEnd(text) {
  return text.slice(0, text.lastIndexOf('\n') + 1)
}

/** The first line of a file, if there is one already. */
function firstLine(path) {
  const text = existsSync(path) ? read(path) : ''
  return text.includes('\n') ? text.slice(0, text.indexOf('\n')) : null
}
