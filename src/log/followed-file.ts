// The file of a log that this package does not rotate: the one its path leads to. Another program (logrotate) may rename or
// delete it. Then the log goes on in the file that the path leads to now, or in a new one with the mode and owner of the old.
// A folder that is gone is not created again: a program that is deleting it would fail, because it is not empty any more.

import { closeSync, fstatSync, statSync, type BigIntStats } from 'node:fs'
import { systemErrorCode } from '../errors.js'
import { loadLibc } from '../native/libc.js'
import type { CurrentFile, FileOwner } from './current-file.js'
import type { LogDescriptor } from './log-descriptor.js'
import { openAgain } from './open-again.js'
import { accessOf, copyAccess, rotationFs } from './rotation/live-file.js'

/** The permission to look at a path may be missing, or may go when the process gives up its rights. */
const NOT_TO_BE_SEEN: ReadonlySet<string | undefined> = new Set(['EACCES', 'EPERM', 'ERR_ACCESS_DENIED'])

/** How the file is opened again. */
export interface FollowedFileOptions {
  readonly path: string
  readonly isMapped: boolean
  /** Nobody else may have it open: a mapped file, or the option `lock`. */
  readonly isExclusive: boolean
  /** Looks at the path now and then, not only when asked. */
  readonly looks: boolean
}

/** Follows a path. */
export class FollowedFile implements CurrentFile {
  readonly room: number = Infinity
  readonly #options: FollowedFileOptions
  readonly #descriptor: LogDescriptor
  readonly #owner: FileOwner
  #isMissing = false

  constructor(options: FollowedFileOptions, descriptor: LogDescriptor, owner: FileOwner) {
    this.#options = options
    this.#descriptor = descriptor
    this.#owner = owner
  }

  makeRoom(): void {}

  wrote(): void {}

  /** A file that is missing is made again if it is still missing at the next look: its folder may be being deleted. */
  look(): void {
    if (!this.#options.looks) return
    const wasMissing = this.#isMissing
    this.#isMissing = this.#fileAtPath() === null
    if (!this.#isMissing || wasMissing) this.reopen()
  }

  reopen(): void {
    const ours = fstatSync(this.#descriptor.fd, { bigint: true })
    const there = this.#fileAtPath()
    if (there === 'hidden' || (there !== null && isSameFile(there, ours))) return
    this.#owner.finish()
    const { path, isExclusive } = this.#options
    const fresh = openAgain(path, { ...this.#options, mkdir: false, fileMode: accessOf(ours).mode })
    try {
      const stats = fstatSync(fresh, { bigint: true })
      if (!stats.isFile()) throw new Error(`${path} is not a regular file any more`)
      if (stats.size === 0n && there === null) copyAccess(fresh, stats, accessOf(ours), rotationFs)
      if (isExclusive) lock(fresh, path)
    } catch (error) {
      closeSync(fresh)
      throw error
    }
    this.#owner.adopt(fresh)
  }

  rotate(): void {}

  makeSpace(): boolean {
    return false
  }

  release(): void {}

  #fileAtPath(): BigIntStats | 'hidden' | null {
    try {
      return statSync(this.#options.path, { bigint: true, throwIfNoEntry: false }) ?? null
    } catch (error) {
      if (NOT_TO_BE_SEEN.has(systemErrorCode(error))) return 'hidden'
      throw error
    }
  }
}

function lock(fd: number, path: string): void {
  const libc = loadLibc()
  if (libc.available && !libc.tryLock(fd)) throw new Error(`another writer has ${path} open`)
}

function isSameFile(a: BigIntStats, b: BigIntStats): boolean {
  return a.ino === b.ino && a.dev === b.dev
}
