// Where an example writes: to the path given as argument, else into a temporary folder that goes when it ends.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export function logPath() {
  const [, , given] = process.argv
  if (given !== undefined) return given
  const folder = mkdtempSync(join(tmpdir(), 'choose-l2-example-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'app.log')
}
