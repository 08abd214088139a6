// Writes numbered lines through the mechanism of rotation, as a consumer does, and checks what the files hold. A ledger a
// writer, `ack.<id>`, says what was handed over: `try <first> <last>` before a write, `ok <last>` after it.

import fs from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { compressArchive, deleteTemporary } from '../../build/log/rotation/compress-archive.js'
import { deleteArchives } from '../../build/log/rotation/delete-archives.js'
import { LogDescriptor } from '../../build/log/log-descriptor.js'
import { LogHolder } from '../../build/log/rotation/rotate-log.js'
import { closeSideFile, mapSidePage, openSideFile } from '../../build/log/rotation/side-file.js'
import { loadLibc } from '../../build/native/libc.js'

// The test's own files are no steps of a rotation.
const { appendFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } = fs
const LINES_A_WRITE = 10
const ARCHIVE = /^app\.log\.(\d+)$/
const ANY_FORM = /^app\.log(?:\.(\d+)(\.gz)?)?$/

/** Archives are `app.log.1`, `app.log.2`, ..., the newest has the largest number; no boundaries, no header. */
export function plainRules(maxBytes, changes = {}) {
  return {
    maxBytes,
    nextBoundary: () => Infinity,
    nextName: (names) =>
      `app.log.${1 + Math.max(0, ...names.map((name) => Number(ANY_FORM.exec(name)?.[1] ?? 0)))}`,
    isArchive: (name) => ARCHIVE.test(name),
    header: () => null,
    fileMode: 0o644,
    syncsFolder: false,
    ...changes,
  }
}

/** A holder with its side file open. `close` is what the end of the process does. */
export function openHolder(path, rules, { libc = loadLibc(), ...parts } = {}) {
  if (!existsSync(path)) fs.closeSync(fs.openSync(path, 'a', rules.fileMode))
  const side = openSideFile(path, fs.statSync(path).mode, libc)
  const mapped = mapSidePage(side)
  const { page } = mapped
  const descriptor = LogDescriptor.of()
  const all = { path, sideFd: side.fd, page, libc, rules, descriptor, ...parts }
  const holder = new LogHolder(all)
  const close = () => {
    if (descriptor.fd !== -1) fs.closeSync(descriptor.fd)
    mapped.release()
    closeSideFile(side)
  }
  return { holder, page, side, descriptor, parts: all, close }
}

/** Reserves, rotating or following as long as it takes; returns the descriptor that is live, and what was rotated. */
export function reserve(holder, bytes, live) {
  const rotations = []
  while (!holder.reserve(bytes)) {
    const next = holder.rotateOrFollow(bytes)
    if (next === null) continue
    if (next.error !== null) throw next.error
    if (next.rotation !== null) rotations.push(next.rotation)
    live = next
  }
  return { live, rotations }
}

/** Goes on where the writer of this id ended, up to line `count`. With `keep`, retention and compression run too. */
export function writeLines({
  path,
  id,
  count,
  limit,
  keep = Infinity,
  compresses = false,
  rules,
  pause = () => {},
}) {
  const folder = dirname(path)
  const ledger = join(folder, `ack.${id}`)
  const opened = openHolder(path, rules ?? plainRules(limit))
  let live = opened.holder.rotateOrFollow(0)
  while (live === null) live = opened.holder.rotateOrFollow(0)
  if (compresses) tidy(folder, keep)
  for (let first = lastTried(ledger) + 1; first <= count; first += LINES_A_WRITE) {
    const last = first + LINES_A_WRITE - 1
    const bytes = Buffer.from(linesOf(id, first, last))
    const reserved = reserve(opened.holder, bytes.length, live)
    live = reserved.live
    appendFileSync(ledger, `try ${first} ${last}\n`)
    fs.writeSync(live.fd, bytes)
    appendFileSync(ledger, `ok ${last}\n`)
    pause(first)
    if (reserved.rotations.length > 0 && compresses) tidy(folder, keep)
  }
  opened.close()
}

/** What follows a rotation, and a start: temporary files go, archives beyond `keep` go, all but the newest are compressed. */
export function tidy(folder, keep) {
  const names = readdirSync(folder)
  for (const name of names) if (name.endsWith('.tmp')) deleteTemporary(join(folder, name))
  const numbers = [...new Set(names.map((name) => Number(ANY_FORM.exec(name)?.[1] ?? 0)))].filter(
    (n) => n > 0,
  )
  const [oldest, newest] = [Math.min(...numbers), Math.max(...numbers)]
  const surplus = numbers.filter((n) => newest - n >= keep).sort((a, b) => a - b)
  const paths = surplus.flatMap((n) => [join(folder, `app.log.${n}`), join(folder, `app.log.${n}.gz`)])
  deleteArchives(paths, true)
  for (let n = Math.max(oldest, newest - keep + 1); n < newest; n++) {
    const plain = join(folder, `app.log.${n}`)
    if (existsSync(plain))
      compressArchive({ path: plain, type: 'gzip', level: 1 }, { isClaimed: () => false })
  }
}

/**
 * What is wrong with the files, as a list of sentences. Lines of archives that retention has deleted are not missed;
 * an archive that is there in both forms counts once, as the next start deletes the plain one.
 */
export function defects(path, ids, count, limit) {
  const folder = dirname(path)
  const found = []
  const seen = new Map(ids.map((id) => [String(id), new Uint8Array(count + 1)]))
  const names = readdirSync(folder)
  for (const name of names) {
    if (name.endsWith('.tmp')) found.push(`${name} is left`)
    const form = ANY_FORM.exec(name)
    if (form === null || (form[2] === undefined && names.includes(`${name}.gz`))) continue
    const file = readFileSync(join(folder, name))
    const bytes = form[2] === undefined ? file : gunzipSync(file)
    if (bytes.length > limit) found.push(`${name} has ${bytes.length} of ${limit} bytes`)
    if (bytes.length === 0 && name !== basename(path)) found.push(`${name} is empty`)
    for (const line of bytes.toString().split('\n').slice(0, -1)) {
      const [, id, n] = /^p(\w+) (\d+) x+$/.exec(line) ?? []
      const counts = seen.get(id)
      if (counts === undefined) found.push(`${name} has a torn line: ${line.slice(0, 80)}`)
      else if (!(Number(n) < counts.length)) found.push(`${name} has a line that nobody wrote: ${id} ${n}`)
      else counts[Number(n)]++
    }
  }
  const isComplete = !names.includes('deleted')
  for (const [id, counts] of seen) {
    const ledger = ledgerOf(join(folder, `ack.${id}`))
    for (let n = 1; n <= count; n++) {
      const times = counts[n]
      if (times > 1) found.push(`line ${n} of ${id} is there ${times} times`)
      if (times === 0 && isComplete && ledger.isOk(n)) found.push(`line ${n} of ${id} is missing`)
    }
  }
  return found
}

/** From now on, {@link defects} does not miss the lines of archives that retention deletes. */
export function expectDeletions(path) {
  writeFileSync(join(dirname(path), 'deleted'), '')
}

export function sizeOf(path) {
  return statSync(path).size
}

function linesOf(id, first, last) {
  let text = ''
  for (let n = first; n <= last; n++) text += `p${id} ${n} ${'x'.repeat(60 + (n % 40))}\n`
  return text
}

function lastTried(ledger) {
  return ledgerOf(ledger).last
}

function ledgerOf(ledger) {
  const lines = existsSync(ledger) ? readFileSync(ledger, 'utf8').split('\n').slice(0, -1) : []
  const tries = lines
    .filter((line) => line.startsWith('try'))
    .map((line) => line.split(' ').slice(1).map(Number))
  const oks = new Set(lines.filter((line) => line.startsWith('ok')).map((line) => Number(line.slice(3))))
  return {
    last: tries.at(-1)?.[1] ?? 0,
    isOk: (n) => oks.has(tryWith(tries, n)?.[1]),
  }
}

/** The write that line `n` belongs to: the last one that begins at or before it. */
function tryWith(tries, n) {
  let [low, high] = [0, tries.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (tries[middle][0] <= n) low = middle + 1
    else high = middle
  }
  const found = tries[low - 1]
  return found !== undefined && n <= found[1] ? found : undefined
}
