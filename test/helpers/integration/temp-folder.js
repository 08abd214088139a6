// A fresh folder for one test, gone when the test is over.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export function tempFolder(t) {
  const folder = mkdtempSync(join(tmpdir(), 'choose-l2-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
