// The folder that is measured in: whether it can be, and a place in it that leaves nothing behind.

import { accessSync, constants, mkdtempSync, rmSync, statfsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { CommandError, ExitCode, UsageError } from '../errors.js'
import { size } from '../numbers.js'
import { LINE_BYTES } from './lines.js'

/** For the window of a mapped file, the queue and the lines before the clock starts. */
const MORE_BYTES = 40 * 1024 * 1024

/** statfs(2): the numbers of Linux; others have none. */
const FILE_SYSTEMS: Readonly<Record<number, string>> = {
  0xef53: 'ext4',
  0x58465342: 'xfs',
  0x9123683e: 'btrfs',
  0xf2f52010: 'f2fs',
  0x2fc12fc1: 'zfs',
  0x01021994: 'tmpfs (memory)',
  0x794c7630: 'overlayfs',
  0x65735546: 'FUSE',
  0x6969: 'NFS',
  0xff534d42: 'CIFS',
  0xfe534d42: 'SMB',
  0x01021997: '9p',
}

/** @throws CommandError if the folder is not there, not writable or too full */
export function checkFolder(folder: string, lines: number, help: string): string {
  const path = resolve(folder)
  try {
    const stat = statSync(path, { throwIfNoEntry: false })
    if (stat === undefined)
      throw new UsageError(`Expected a folder, got '${folder}', which is not there`, help)
    if (!stat.isDirectory()) throw new UsageError(`Expected a folder, got '${folder}', which is none`, help)
    accessSync(path, constants.W_OK | constants.X_OK)
  } catch (error) {
    throw error instanceof UsageError ? error : cannotWrite(path, error)
  }
  const needed = lines * LINE_BYTES + MORE_BYTES
  const free = freeBytes(path)
  if (free < needed) {
    const message = `Expected ${size(needed)} free in ${path}, there are ${size(free)}; --lines takes less`
    throw new CommandError(ExitCode.NO_LOG, message)
  }
  return path
}

function cannotWrite(path: string, cause: unknown): CommandError {
  return new CommandError(ExitCode.NO_LOG, `Cannot write in ${path}: ${(cause as Error).message}`, { cause })
}

function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(path)
  return bavail * bsize
}

/** The name of the file system, as far as it is known. */
export function fileSystemOf(path: string): string {
  const { type } = statfsSync(path)
  if (process.platform !== 'linux') return 'unknown file system'
  return FILE_SYSTEMS[type >>> 0] ?? `file system 0x${(type >>> 0).toString(16)}`
}

/** A folder of its own inside of it. */
export class Scratch {
  readonly #path: string

  constructor(parent: string) {
    try {
      this.#path = mkdtempSync(join(parent, '.choose-l2-bench-'))
    } catch (cause) {
      throw cannotWrite(parent, cause)
    }
  }

  get log(): string {
    return join(this.#path, 'bench.log')
  }

  /** Takes away what a run left, its queue included. */
  empty(): void {
    rmSync(this.log, { force: true })
  }

  remove(): void {
    rmSync(this.#path, { recursive: true, force: true, maxRetries: 3 })
  }
}
