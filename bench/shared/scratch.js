// A folder for the files of a measurement, removed at the end, on Ctrl-C too. And the place for results.

import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Makes the folder under `parent`. */
export function scratchFolder(parent = tmpdir()) {
  const folder = mkdtempSync(join(parent, 'choose-l2-bench-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  process.on('SIGINT', () => process.exit(130))
  process.on('SIGTERM', () => process.exit(143))
  return folder
}

/** Writes the raw numbers to bench/results/<name>-<time>.json; returns its path. */
export function saveResults(name, results) {
  const folder = fileURLToPath(new URL('../results', import.meta.url))
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${name}-${new Date().toISOString().replaceAll(/[:.]/g, '-')}.json`)
  writeFileSync(path, `${JSON.stringify(results, null, 2)}\n`)
  return path
}
