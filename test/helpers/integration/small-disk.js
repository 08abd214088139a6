// A disk of 256 KB that a test can fill and free: a tmpfs, where mounting is permitted.

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tmpdir } from 'node:os'

export const DISK_BYTES = 256 * 1024

/** False, or the reason why no disk can be mounted here; for the option `skip`. */
export const cannotMount = tryToMount()

/** Mounts one for a test; `fill` leaves no room on it, `free` gives it back. */
export function smallDisk(t) {
  const folder = mkdtempSync(join(tmpdir(), 'choose-l2-disk-'))
  mount(folder)
  t.after(() => {
    unmount(folder)
    rmSync(folder, { recursive: true })
  })
  const ballast = join(folder, 'ballast')
  return {
    folder,
    fill: (leave = 0) => {
      writeFileSync(ballast, '')
      try {
        for (let bytes = 0; bytes < DISK_BYTES - leave; bytes += 4096) {
          writeFileSync(ballast, Buffer.alloc(4096), { flag: 'a' })
        }
      } catch (error) {
        if (error.code !== 'ENOSPC') throw error
      }
    },
    free: () => rmSync(ballast),
  }
}

function tryToMount() {
  const folder = mkdtempSync(join(tmpdir(), 'choose-l2-disk-'))
  try {
    mount(folder)
    unmount(folder)
    return false
  } catch {
    return 'mounting a tmpfs is not permitted here'
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function mount(folder) {
  mkdirSync(folder, { recursive: true })
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'none', folder], { stdio: 'ignore' })
}

function unmount(folder) {
  execFileSync('umount', ['-l', folder], { stdio: 'ignore' })
}
