// Several processes write to one rotating log. One after the other is killed and starts again, which recovers what it left;
// another one is stopped for a moment, perhaps in the middle of a rotation. Then every line is counted.

import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { createWriter, recover } from 'choose-l2'
import { archivesAmong } from '../../../build/log/rotation/archive-names.js'
import { readLedger } from '../../helpers/ledger.js'

const PROGRAM = fileURLToPath(new URL('program.js', import.meta.url))
const LINE = /^p(\d+)\.(\d+) (\d+) x+$/
const STOP_MS = 200
/** A start that could not recover, as a stopped process held the lock: the next one does. */
const HELD_UP = /NOT_RECOVERED.*could not be recovered: EAGAIN/
/** What SIGKILL has left of a line inside write(2), and the line that another process has appended to it. */
const PIECE = /^p(\d+\.\d+) (\d*) ?x*(p\d+\.\d+ \d+ x+)$/
/** The most that one write(2) takes, which recovery writes again if it cannot know the piece: docs/durability.md. */
const CLAIM_BYTES = 256 * 1024

/** @returns counts, and what is wrong as a list of sentences */
export async function runCampaign({
  folder,
  processes = 4,
  kills,
  everyMs,
  limit,
  options,
  count = 1e9,
  onKill = () => {},
}) {
  const path = join(folder, 'app.log')
  const ledgers = join(folder, 'ledgers')
  mkdirSync(ledgers)
  const all = { rotate: { size: limit, keep: 1e9, compress: 'gzip' }, ...options }
  const found = []
  const lives = new Map()
  const children = new Map()
  let isOver = false
  const start = (id) => {
    const life = (lives.get(id) ?? -1) + 1
    lives.set(id, life)
    const job = JSON.stringify({ path, ledgers, id, life, count, options: all })
    const child = spawn(process.execPath, [PROGRAM, job], { stdio: ['ignore', 'ignore', 'pipe'] })
    children.set(id, child)
    let said = ''
    child.stderr.on('data', (data) => (said += data))
    child.ended = new Promise((resolve) => {
      child.on('close', (code) => {
        if (code !== null && code !== 0)
          found.push(`process ${id} ended with ${code}: ${said.slice(0, 2000)}`)
        else if (said !== '' && !HELD_UP.test(said)) found.push(`process ${id} said: ${said.slice(0, 2000)}`)
        if (!isOver && code === null) start(id)
        resolve()
      })
    })
  }
  for (let id = 1; id <= processes; id++) start(id)
  for (let n = 0; n < kills; n++) {
    await delay(everyMs)
    const [killed, stopped] = [...children.values()].sort(() => Math.random() - 0.5)
    stopped?.kill('SIGSTOP')
    killed.kill('SIGKILL')
    await delay(Math.min(STOP_MS, everyMs))
    stopped?.kill('SIGCONT')
    onKill(n + 1)
  }
  isOver = true
  for (const child of children.values()) child.kill('SIGKILL')
  await Promise.all([...children.values()].map(({ ended }) => ended))
  for (const { outcome, reason } of recover(path))
    if (outcome !== 'recovered') found.push(`${outcome}: ${reason}`)
  const pieces = new Map()
  const lines = judge(path, ledgers, lives, limit, found, pieces)
  await nextStart(path, all, found)
  return { kills, archives: archivesIn(path).length, lines, pieces: pieces.size, found }
}

/** Every line that was handed over is there once; how many there are. */
function judge(path, ledgers, lives, limit, found, pieces) {
  const seen = new Map()
  const numbers = []
  let total = 0
  const archives = archivesIn(path)
  const twice = new Set(
    archives.filter(({ form, isTemporary }) => form === 'gz' && !isTemporary).map(({ sequence }) => sequence),
  )
  for (const { name, sequence, form, isTemporary } of [
    ...archives,
    { name: basename(path), form: 'plain' },
  ]) {
    if (isTemporary || (form === 'plain' && twice.has(sequence))) continue // compression was killed in between
    if (sequence !== undefined) numbers.push(sequence)
    const file = readFileSync(join(dirname(path), name))
    const bytes = form === 'gz' ? gunzipSync(file) : file
    let hasPiece = false
    for (const text of bytes.toString().split('\n').slice(0, -1)) {
      total++
      const [, killed, piece, appended] = PIECE.exec(text) ?? []
      const line = appended ?? text
      if (killed !== undefined) {
        hasPiece = true
        pieces.set(killed, Number(piece))
      }
      const [, id, life, n] = LINE.exec(line) ?? []
      const key = `${id}.${life}`
      if (id === undefined) found.push(`${name} has a torn line: ${line.slice(0, 80)}`)
      const counts = seen.get(key) ?? seen.set(key, []).get(key)
      counts[n] = (counts[n] ?? 0) + 1
    }
    const most = hasPiece ? limit + CLAIM_BYTES : limit
    if (bytes.length > most) found.push(`${name} has ${bytes.length} of ${limit} bytes`)
    if (bytes.length > 0 && bytes.at(-1) !== 10) found.push(`${name} does not end with a newline`)
  }
  for (const [id, last] of lives) {
    for (let life = 0; life <= last; life++) {
      const counts = seen.get(`${id}.${life}`) ?? []
      const handedOver = readLedger(ledgers, life, id)
      const missing = Array.from({ length: handedOver }, (_, n) => n).filter((n) => counts[n] === undefined)
      // The lines that were whole before the piece may be there twice.
      const piece = pieces.get(`${id}.${life}`) ?? -1
      const doubled = Object.keys(counts).filter((n) => counts[n] > (Number(n) < piece ? 2 : 1))
      if (missing.length > 0)
        found.push(`p${id}.${life}: ${missing.length} of ${handedOver} missing, first ${missing[0]}`)
      if (doubled.length > 0) found.push(`p${id}.${life}: ${doubled.length} doubled, first ${doubled[0]}`)
    }
  }
  numbers.sort((a, b) => a - b)
  if (numbers.some((number, n) => number !== n + 1)) found.push(`a gap in the sequence: ${numbers.join(' ')}`)
  return total
}

/** The next start finishes what killed compressions have begun. */
async function nextStart(path, options, found) {
  const writer = createWriter(path, options)
  const isLeft = () =>
    archivesIn(path).filter(({ form, isTemporary }) => form === 'plain' || isTemporary).length > 1
  while (isLeft()) await delay(10)
  if (!(await writer.stop(Infinity))) found.push('the last writer could not stop')
  const names = readdirSync(dirname(path))
  const left = names.filter((name) => name.endsWith('.tmp') || name.endsWith('.queue'))
  if (left.length > 0) found.push(`left: ${left.join(' ')}`)
}

/** All archives of one period: the campaign may not run over midnight of UTC. */
function archivesIn(path) {
  return archivesAmong(
    { log: basename(path), keepsExtension: false, isNumbered: false },
    readdirSync(dirname(path)),
  )
}
