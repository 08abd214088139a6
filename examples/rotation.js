// Files over time: a file that would become too large is renamed to an archive, and a new one begins under the old name.
// No file is ever larger, no line is split, and old archives go.

import { readdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { createWriter } from 'choose-l2'
import { logPath } from './log-path.js'

const LINES = 1000
const path = logPath()
const writer = createWriter(path, { rotate: { size: '10KB', keep: 3 } })
let rotations = 0
writer.on('rotate', () => rotations++)

for (let n = 1; n <= LINES; n++) writer.send(`line ${n} of a log that is never larger than 10,000 bytes`)
await writer.rotate() // also on request: what was sent before is in an archive
await writer.stop()

const archives = readdirSync(dirname(path)).filter((name) => name.startsWith(`${basename(path)}.`))
const sizes = archives.map((name) => statSync(join(dirname(path), name)).size)
console.log(
  `${rotations} rotations; ${archives.length} archives are left, the largest has ${Math.max(...sizes)} bytes`,
)
