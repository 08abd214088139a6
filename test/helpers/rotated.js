// What a rotating log and its archives hold, by their names alone.

import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { archivesAmong } from '../../build/log/rotation/archive-names.js'

/** Paths of the archives of a log, the oldest first; of one that the end of a process has left in both forms, the compressed one. */
export function archivesOf(path, keepsExtension = false) {
  const naming = { log: basename(path), keepsExtension, isNumbered: false }
  const names = readdirSync(dirname(path))
  return archivesAmong(naming, names)
    .filter(({ name, isTemporary }) => !isTemporary && !names.includes(`${name}.gz`))
    .map(({ name }) => join(dirname(path), name))
}

/** The text of each archive, and of the live file at the end. */
export function textsOf(path) {
  return [...archivesOf(path), path].map((file) => {
    const bytes = readFileSync(file)
    return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
  })
}

/** `count` lines of 100 bytes with their newlines, numbered from `first` on. */
export function hundredByteLines(count, first = 0) {
  return Array.from({ length: count }, (_, n) => String(first + n).padStart(99, '0'))
}

/** The largest file in bytes, as text. */
export function largestOf(texts) {
  return Math.max(...texts.map((text) => Buffer.byteLength(text)))
}
