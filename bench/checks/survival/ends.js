// 2,000 lines in one tick, then the process ends: how many of them are in the file?

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { contenders } from './contenders.js'

export const ENDS = ['return', 'process.exit', 'throw', 'SIGTERM', 'SIGKILL']
const PROGRAM = fileURLToPath(new URL('program.js', import.meta.url))
/** A logger that has not let its process end by then hangs. */
const PATIENCE_MS = 20_000

/** { contender: { end: lines } } */
export async function measureEnds(folder, names) {
  const found = {}
  for (const name of names) {
    found[name] = {}
    for (const how of ENDS) found[name][how] = await measureEnd(join(folder, how), name, how)
  }
  return found
}

async function measureEnd(folder, name, how) {
  const home = join(folder, name.replaceAll(/\W/g, '_'))
  mkdirSync(home, { recursive: true })
  const path = join(home, 'app.log')
  await run(name, 'ends', path, how)
  // A writer that is crash-safe writes at its next start what a kill has left in its queue.
  if (contenders[name].recover && how === 'SIGKILL') await run(name, 'start', path)
  return distinct(readAll(home), /<(\d+)>/gu)
}

async function run(...args) {
  const child = fork(PROGRAM, args, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
  await once(child, 'exit')
  clearTimeout(timer)
}

/** Everything in the log's folder: some loggers put a date into the name. Queue files are hidden. */
export function readAll(folder) {
  const names = readdirSync(folder).filter((name) => name.includes('log') && !name.startsWith('.'))
  return names.map((name) => readFileSync(join(folder, name), 'latin1')).join('')
}

export function distinct(text, pattern) {
  return new Set(Array.from(text.matchAll(pattern), ([, number]) => number)).size
}
