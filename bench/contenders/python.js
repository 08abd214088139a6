// The writer in Python that this package takes its interface from. CHOOSE_L2_PYTHON is the folder of a checkout of it.

import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { isInPath } from '../shared/in-path.js'

const run = promisify(execFile)
const PROGRAM = fileURLToPath(new URL('python.py', import.meta.url))
/** Its mmap writer maps so much and no more. */
const MMAP_LIMIT_BYTES = 32 * 1024 * 1024

export const pythons = ['line', 'block', 'mmap'].map((type) => ({
  name: `Python ${type}`,
  kind: 'peer',
  limitBytes: type === 'mmap' ? MMAP_LIMIT_BYTES : undefined,

  missing() {
    if (!process.env.CHOOSE_L2_PYTHON) return 'CHOOSE_L2_PYTHON is not set'
    return isInPath('python3') ? null : 'there is no python3'
  },

  prepare({ path, lines }) {
    writeFileSync(join(dirname(path), 'cycle'), lines.cycle)
  },

  /** A process of its own: it tells its own time and what it used. */
  async writeAll({ path, count }) {
    const args = [
      PROGRAM,
      process.env.CHOOSE_L2_PYTHON,
      type,
      path,
      join(dirname(path), 'cycle'),
      String(count),
    ]
    return JSON.parse((await run('python3', args)).stdout)
  },
}))
