// A fresh folder that is gone when the test is over, or without a test, when the process ends.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Those for all tests of a file. */
const kept = []
process.on('exit', () => kept.forEach(remove))

/** @param t the test; without it the folder is for all tests of the file */
export function tempFolder(t = null) {
  const folder = mkdtempSync(join(tmpdir(), 'choose-l2-'))
  if (t === null) kept.push(folder)
  else t.after(() => remove(folder))
  return folder
}

function remove(folder) {
  rmSync(folder, { recursive: true, force: true })
}
