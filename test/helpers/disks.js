// Disks that a test can break, where mounting is permitted: a small tmpfs to fill, an ext4 in an image to
// remount read-only by an error, and an ext4 whose device loses what is written to it.

import { execFileSync, spawnSync } from 'node:child_process'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statfsSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

const IMAGE_BYTES = 16 * 1024 * 1024
const FREE = 4096
const MOUNT_OPTIONS = 'loop,errors=remount-ro'

/** False, or the reason for the option `skip`. */
export const cannotMount = tryTo(() => {}, 'mounting is not permitted here')
export const cannotMountImages = cannotMount || tryTo(mountImageOnce, 'images cannot be mounted here')

/** A tmpfs of its own; `fill` leaves so many bytes free, `free` makes room again. */
export function tmpfs(t, bytes = 256 * 1024) {
  const folder = mkdtempSync(join(tmpdir(), 'choose-l2-disk-'))
  run('mount', '-t', 'tmpfs', '-o', `size=${bytes}`, 'none', folder)
  t.after(() => {
    run('umount', '-l', folder)
    rmSync(folder, { recursive: true })
  })
  const ballast = join(folder, 'ballast')
  return {
    folder,
    fill(leave = 0) {
      writeFileSync(ballast, '')
      const { bavail, bsize } = statfsSync(folder)
      for (let left = bavail * bsize - leave; left >= FREE; left -= FREE) {
        writeFileSync(ballast, Buffer.alloc(FREE), { flag: 'a' })
      }
    },
    free: () => rmSync(ballast),
    makeReadOnly: () => run('mount', '-o', 'remount,ro', folder),
  }
}

/** An ext4 in a file of `parent` (a fresh folder unless given). */
export function ext4(t, parent) {
  const home = parent ?? mkdtempSync(join(tmpdir(), 'choose-l2-image-'))
  const folder = mkdtempSync(join(tmpdir(), 'choose-l2-disk-'))
  const device = mountImage(home, folder)
  const disk = {
    folder,
    /** Its name below /sys/fs/ext4. */
    device,
    /** The file system finds itself damaged: it refuses every write from now on, open files included. */
    findError: () => writeFileSync(`/sys/fs/ext4/${device}/trigger_fs_error`, 'on purpose'),
    /**
     * As an administrator does it afterwards; nobody may have a file open. In a copy of the image, which gets a loop
     * device of its own: the old one goes some time after umount, and as long as it is there a second mount of the same
     * image gets the old file system, which is read-only, or what the device has cached of it.
     */
    repair() {
      const repaired = join(home, 'repaired')
      run('umount', folder)
      copyFileSync(join(home, 'image'), repaired)
      checkImage(repaired)
      run('mount', '-o', MOUNT_OPTIONS, repaired, folder)
    },
  }
  t.after(() => {
    run('umount', '-l', folder)
    rmSync(folder, { recursive: true })
    if (parent === undefined) rmSync(home, { recursive: true })
  })
  return disk
}

function mountImage(home, folder) {
  const image = join(home, 'image')
  writeFileSync(image, '')
  truncateSync(image, IMAGE_BYTES)
  run('mkfs.ext4', '-q', '-O', '^has_journal', '-E', 'lazy_itable_init=0,nodiscard', image)
  run('mount', '-o', MOUNT_OPTIONS, image, folder)
  const source = execFileSync('findmnt', ['-n', '-o', 'SOURCE', folder], { encoding: 'utf8' })
  return basename(source.trim())
}

/** Its exit code is 1 when it has corrected something, as it has to. */
function checkImage(image) {
  const { status } = spawnSync('e2fsck', ['-f', '-y', image], { stdio: 'ignore' })
  if (status !== 0 && status !== 1) throw new Error(`e2fsck ended with ${status}`)
}

function mountImageOnce(folder) {
  const inner = join(folder, 'inner')
  mkdirSync(inner)
  mountImage(folder, inner)
  run('umount', inner)
}

function tryTo(use, reason) {
  const folder = mkdtempSync(join(tmpdir(), 'choose-l2-disk-'))
  try {
    run('mount', '-t', 'tmpfs', '-o', 'size=32m', 'none', folder)
    try {
      use(folder)
    } finally {
      run('umount', '-l', folder)
    }
    return false
  } catch {
    return reason
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function run(command, ...args) {
  execFileSync(command, args, { stdio: 'ignore' })
}
