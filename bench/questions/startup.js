// (11) How much a library costs before its first line: its import, opening a log, and its size on the disk.

import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { contenders } from '../contenders/index.js'
import { runForJson } from '../shared/run-program.js'
import { asTenths } from '../shared/table.js'

const PROGRAM = fileURLToPath(new URL('../programs/startup.cjs', import.meta.url))

export const startup = {
  name: 'startup',
  title: 'from the start of a program to its first line',
  unit: 'ms',
  options: {},
  columns: [
    { figure: 'importMs', title: 'import ms', show: asTenths },
    { figure: 'createMs', title: 'create ms over open', show: asTenths },
    { figure: 'firstLineMs', title: 'first line ms', show: asTenths },
    { figure: 'installedKB', title: 'KB installed', show: asTenths },
  ],
  notes: [
    'First line: from before the writer is created until the file has the line. Size: without dependencies.',
  ],
  canAsk: (contender) => 'startup' in contender, // its value needs the packages of the peers
  async runOnce({ contender, path }) {
    const { folder, shipped, ...task } = contenders.get(contender).startup
    const figures = await runForJson(PROGRAM, [JSON.stringify({ ...task, path })])
    const bytes = shipped.reduce((sum, name) => sum + bytesOf(join(folder, name)), 0)
    return { ...figures, installedKB: bytes / 1000 }
  },
}

function bytesOf(path) {
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.size
  return readdirSync(path)
    .filter((name) => name !== 'node_modules')
    .reduce((sum, name) => sum + bytesOf(join(path, name)), 0)
}
