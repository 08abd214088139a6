// A disk of 256 KB that is full for a while: 20 lines, 200 while it is full, room again, 50 more. Needs the right to
// mount a tmpfs.

import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { distinct, readAll } from './ends.js'

const PROGRAM = fileURLToPath(new URL('program.js', import.meta.url))
const DISK = '256k'
/** For the first lines, so that a file is open and in use when the disk fills up. */
const ROOM_BYTES = 16 * 1024
const PATIENCE_MS = 20_000

/** { contender: { first, whileFull, after, errors, end } }, or null where mounting is not permitted. */
export async function measureFullDisk(folder, names) {
  const found = {}
  for (const name of names) {
    const disk = join(folder, `disk-${name.replaceAll(/\W/g, '_')}`)
    mkdirSync(disk, { recursive: true })
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK}`, 'none', disk], { stdio: 'ignore' })
    } catch {
      return null
    }
    try {
      found[name] = await measure(disk, name)
    } finally {
      execFileSync('umount', ['-l', disk])
    }
  }
  return found
}

async function measure(disk, name) {
  fill(join(disk, 'ballast'), ROOM_BYTES)
  const child = fork(PROGRAM, [name, 'disk', join(disk, 'app.log')], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  let errors = 0
  child.on('message', (message) => {
    errors = message.errors
    if (message.next === 'fill') fill(join(disk, 'more'), 0)
    if (message.next === 'free') for (const name of ['more', 'ballast']) rmSync(join(disk, name))
    child.send('go on')
  })
  let isPatient = true
  const timer = setTimeout(() => {
    isPatient = false
    child.kill('SIGKILL')
  }, PATIENCE_MS)
  const [code, signal] = await once(child, 'exit')
  clearTimeout(timer)
  const text = readAll(disk)
  return {
    first: distinct(text, /<fill (\d+)>/gu),
    whileFull: distinct(text, /<free (\d+)>/gu),
    after: distinct(text, /<done (\d+)>/gu),
    errors,
    end: isPatient ? (signal ?? `code ${code}`) : 'hangs',
  }
}

function fill(path, leave) {
  writeFileSync(path, '')
  const { bavail, bsize } = statfsSync(path)
  try {
    for (let left = bavail * bsize - leave; left > 0; left -= bsize) {
      writeFileSync(path, Buffer.alloc(bsize), { flag: 'a' })
    }
  } catch (error) {
    if (error.code !== 'ENOSPC') throw error
  }
}
