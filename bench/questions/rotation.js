// (12) What rotation costs, and what becomes of the lines: rate, longest call, lines that are lost or doubled, and how far the
// largest file is beyond its limit.

import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { contenders } from '../contenders/index.js'
import { runForJson } from '../shared/run-program.js'
import { asHundredths, asMillions, whole } from '../shared/table.js'

const PROGRAM = fileURLToPath(new URL('../programs/rotation.js', import.meta.url))
const LINE_BYTES = 107
/** The others get a tenth of the lines, and rotate as often. */
const SLOW = 10

export const rotation = {
  name: 'rotation',
  title: 'numbered lines of 107 bytes at full speed, into files of a limited size',
  unit: 'lines/s',
  options: {
    bytes: { default: 535_000_000, quick: 10_700_000 },
    limit: { default: 100_000_000, quick: 2_000_000 },
  },
  columns: [
    { figure: 'linesPerSecond', title: 'M lines/s', show: asMillions },
    { figure: 'longestMs', title: 'longest call ms', show: asHundredths },
    { figure: 'rotations', title: 'rotations', show: whole },
    { figure: 'lost', title: 'lost', show: whole },
    { figure: 'doubled', title: 'doubled', show: whole },
    { figure: 'overshoot', title: 'bytes over limit', show: whole },
  ],
  notes: [
    'Lines are counted in all files, decompressed, once the process has ended.',
    'The others get a tenth of the lines and of the limit.',
  ],
  variants: () => [{ name: 'in a loop' }, { name: '100 lines a tick', linesATick: 100 }],
  canAsk: (contender) => 'openRotating' in contender,
  async runOnce({ contender, path, bytes, limit, ...task }) {
    const { slow = false, rotates } = contenders.get(contender)
    const share = slow ? SLOW : 1
    const folder = join(dirname(path), 'rotation')
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder)
    try {
      const job = {
        ...task,
        contender,
        path: join(folder, 'run.log'),
        limit: Math.floor(limit / share),
        count: Math.floor(bytes / share / LINE_BYTES),
      }
      const figures = await runForJson(PROGRAM, [JSON.stringify(job)])
      return { ...figures, ...countLines(folder, job, rotates) }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

/** In all files of a folder. */
function countLines(folder, { count, limit }, rotates) {
  const times = new Uint8Array(count)
  let files = 0
  let largest = 0
  for (const name of logsIn(folder)) {
    const file = readFileSync(join(folder, name))
    const bytes = name.endsWith('.gz') ? decompressed(file) : file
    files++
    largest = Math.max(largest, bytes.length)
    for (let at = 0; at + LINE_BYTES <= bytes.length; at += LINE_BYTES) {
      const n = Number(bytes.toString('latin1', at, at + 10))
      if (n < count) times[n]++
    }
  }
  const countOf = (isWanted) => times.reduce((sum, n) => sum + (isWanted(n) ? 1 : 0), 0)
  return {
    rotations: files - 1,
    lost: countOf((n) => n === 0),
    doubled: countOf((n) => n > 1),
    overshoot: rotates ? Math.max(0, largest - limit) : 0,
  }
}

/** An archive whose compressed form is complete counts once: the next start deletes the other one. */
function logsIn(folder) {
  const names = readdirSync(folder).filter((name) => !/^\.|\.(?:json|tmp|queue)$/u.test(name))
  return names.filter((name) => statSync(join(folder, name)).isFile() && !names.includes(`${name}.gz`))
}

/** What can be read of it. */
function decompressed(file) {
  try {
    return gunzipSync(file)
  } catch {
    return Buffer.alloc(0)
  }
}
