// Folders for the files of a measurement, removed at the end, on Ctrl-C too. And the place for the results of checks.

import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folders = []

/** Makes a folder under `parent`. */
export function scratchFolder(parent = tmpdir()) {
  if (folders.length === 0) {
    process.on('exit', removeAll)
    process.on('SIGINT', () => process.exit(130))
    process.on('SIGTERM', () => process.exit(143))
  }
  folders.push(mkdtempSync(join(parent, 'choose-l2-bench-')))
  return folders.at(-1)
}

function removeAll() {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
}

/** Writes the raw numbers of a check to bench/results/<name>-<time>.json; returns its path. */
export function saveResults(name, results) {
  const folder = fileURLToPath(new URL('../results', import.meta.url))
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${name}-${new Date().toISOString().replaceAll(/[:.]/g, '-')}.json`)
  writeFileSync(path, `${JSON.stringify(results, null, 2)}\n`)
  return path
}
