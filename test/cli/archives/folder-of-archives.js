// A folder with a log and archives of it, as rotation leaves them, and with what looks like archives.

import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import zlib, { gzipSync } from 'node:zlib'
import { tempFolder } from '../../helpers/temp-folder.js'

/** Names that are nearly those of archives of app.log. */
export const FOREIGN = [
  'app.log.bak',
  'app.log.1',
  'app.log.2026-11-20',
  'app.log.2026-11-20.0',
  'app.log.2026-11-20.01',
  'app.log.2026-13-45.1',
  'app.log.2026-11-20.1.bz2',
  'app.log.2026-11-20.1.gz.tmp.gz',
  'app.log2026-11-20.1',
  'app-2026-11-20.1.log',
  'my-app.log.2026-11-20.1',
  '.app.log.lock',
]

/** Writes files into a fresh folder; those that end in .gz or .zst are compressed. Returns the folder. */
export function folderOfArchives(t, files) {
  const folder = tempFolder(t)
  for (const [name, text] of Object.entries(files)) writeArchive(folder, name, text)
  return folder
}

export function writeArchive(folder, name, text) {
  writeFileSync(join(folder, name), compressed(name, Buffer.from(text)))
}

/** What must never be listed or printed. */
export function addForeign(folder) {
  for (const name of FOREIGN) writeFileSync(join(folder, name), 'foreign\n')
  writeFileSync(join(folder, 'secret'), 'secret\n')
  symlinkSync(join(folder, 'secret'), join(folder, 'app.log.2026-11-19.1'))
  mkdirSync(join(folder, 'app.log.2026-11-19.2'))
  mkdirSync(join(folder, 'sub'))
  writeFileSync(join(folder, 'sub', 'app.log.2026-11-19.3'), 'in a subfolder\n')
}

/** The time of the last write. */
export function touch(folder, name, time) {
  utimesSync(join(folder, name), new Date(time), new Date(time))
}

/** In two members, as a compression in pieces leaves it. */
function compressed(name, bytes) {
  const half = bytes.length >> 1
  const halves = [bytes.subarray(0, half), bytes.subarray(half)]
  if (name.endsWith('.gz')) return Buffer.concat(halves.map((piece) => gzipSync(piece)))
  if (name.endsWith('.zst')) return Buffer.concat(halves.map((piece) => zlib.zstdCompressSync(piece)))
  return bytes
}
