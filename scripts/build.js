// Compiles src/ into dist/. It compiles beside dist and swaps at the end: nothing stale is left behind,
// a build that fails keeps the last good one, and whoever uses dist meanwhile never sees half of it.

import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const dist = join(root, 'dist')
const fresh = join(root, `.build-${process.pid}`)
const old = `${fresh}-old`

const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
const args = [tsc, '-p', join(root, 'tsconfig.json'), '--outDir', fresh, '--noEmitOnError']

try {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' })
  if (status === 0) swap()
  process.exitCode = status ?? 1
} finally {
  for (const left of [fresh, old]) rmSync(left, { recursive: true, force: true })
}

function swap() {
  const command = join(fresh, 'cli/main.js')
  if (existsSync(command)) chmodSync(command, 0o755)
  if (existsSync(dist)) renameSync(dist, old)
  renameSync(fresh, dist)
}
