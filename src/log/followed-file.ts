// The file of a log that this package does not rotate: the one its path leads to. Another program (logrotate) may rename or
// delete it. Then the log goes on in the file that the path leads to now, or in a new one with the mode and owner of the old.
// A folder that is gone is not created again: a program that is deleting it would fail, because it is not empty any more.

import { closeSync, existsSync, fstatSync, statSync, type BigIntStats } from 'node:fs'
import { systemErrorCode } from '../errors.js'
import { isLibcLoaded, loadLibc } from '../native/libc.js'
import type { CurrentFile, FileOwner } from './current-file.js'
import type { LogDescriptor } from './log-descriptor.js'
import { openAgain } from './open-again.js'
import { sideFileOf } from './rotation/archive-names.js'
import { accessOf, copyAccess, rotationFs } from './rotation/live-file.js'
import { openTrusted, WRITABLE_BY_OTHERS } from './trusted-log.js'

/** The permission to look at a path may be missing, or may go when the process gives up its rights. */
const NOT_TO_BE_SEEN: ReadonlySet<string | undefined> = new Set(['EACCES', 'EPERM', 'ERR_ACCESS_DENIED'])

/** Two files in a row were replaced by another program while we looked. */
const ATTEMPTS = 5

/** How the file is opened again. */
export interface FollowedFileOptions {
  readonly path: string
  /** Where it was when it was opened first, with all links followed. */
  readonly realPath: string
  readonly isMapped: boolean
  /** Nobody else may have it open: a mapped file, or the option `lock`. */
  readonly isExclusive: boolean
  /** Looks at the path now and then, not only when asked. */
  readonly looks: boolean
}

/**
 * Follows a path. Its file has a shared lock, as the files of rotating writers have: as long as there is one, another process
 * that rotates this log does not compress it.
 */
export class FollowedFile implements CurrentFile {
  readonly room: number = Infinity
  readonly #options: FollowedFileOptions
  readonly #descriptor: LogDescriptor
  readonly #owner: FileOwner
  #isMissing = false
  #isLocked = false

  constructor(options: FollowedFileOptions, descriptor: LogDescriptor, owner: FileOwner) {
    this.#options = options
    this.#descriptor = descriptor
    this.#owner = owner
  }

  makeRoom(): void {}

  wrote(): void {}

  /** A file that is missing is made again if it is still missing at the next look: its folder may be being deleted. */
  look(): void {
    if (!this.#options.looks) return this.#lockOurs()
    const wasMissing = this.#isMissing
    this.#isMissing = this.#fileAtPath() === null
    if (!this.#isMissing || wasMissing) this.reopen()
  }

  reopen(): void {
    this.#lockOurs()
    const ours = fstatSync(this.#descriptor.fd, { bigint: true })
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const there = this.#fileAtPath()
      if (there === 'hidden' || (there !== null && isSameFile(there, ours))) return
      if (attempt === 1) this.#owner.finish()
      const fresh = this.#open(ours, there === null)
      if (fresh !== null) return this.#owner.adopt(fresh)
    }
    throw new Error(`${this.#options.path} is replaced again and again`)
  }

  rotate(): void {}

  makeSpace(): boolean {
    return false
  }

  release(): void {}

  /** Null if the path leads elsewhere by now: who rotates the log may compress this file. */
  #open(ours: BigIntStats, isMissing: boolean): number | null {
    const { path, realPath } = this.#options
    const { mode } = accessOf(ours)
    const options = { ...this.#options, mkdir: false, fileMode: mode & ~WRITABLE_BY_OTHERS }
    let isNew = isMissing
    const open = (follow: number): number => {
      try {
        return openAgain(path, { ...options, noLinks: follow !== 0, isNew })
      } catch (error) {
        if (!isNew || systemErrorCode(error) !== 'EEXIST') throw error
        isNew = false // a dangling link, or another process was faster
        return open(follow)
      }
    }
    const fresh = openTrusted(path, open, { owner: Number(ours.uid), path: realPath })
    try {
      const stats = fstatSync(fresh, { bigint: true })
      if (isNew) copyAccess(fresh, realPath, accessOf(ours), rotationFs)
      const isLocked = !this.#mustLock || this.#lock(fresh)
      const there = this.#fileAtPath()
      if (there === 'hidden' || (there !== null && isSameFile(there, stats))) {
        if (isLocked) return fresh
        throw new Error(`another writer has ${path} open`)
      }
    } catch (error) {
      closeSync(fresh)
      throw error
    }
    closeSync(fresh)
    return null
  }

  #lockOurs(): void {
    if (!this.#isLocked && this.#mustLock) this.#isLocked = this.#lock(this.#descriptor.fd)
  }

  /** False where that would load koffi for nothing: on a thread that needs it for nothing else, if nobody rotates the log. */
  get #mustLock(): boolean {
    return isLibcLoaded() || this.#options.isExclusive || isThere(sideFileOf(this.#options.realPath))
  }

  /** True if it is locked, or cannot be. */
  #lock(fd: number): boolean {
    const libc = loadLibc()
    return !libc.available || libc.tryLock(fd, this.#options.isExclusive ? undefined : 'shared')
  }

  #fileAtPath(): BigIntStats | 'hidden' | null {
    try {
      return statSync(this.#options.path, { bigint: true, throwIfNoEntry: false }) ?? null
    } catch (error) {
      if (NOT_TO_BE_SEEN.has(systemErrorCode(error))) return 'hidden'
      throw error
    }
  }
}

/** False where Node's permission model does not let this process look. */
function isThere(path: string): boolean {
  try {
    return existsSync(path)
  } catch {
    return false
  }
}

function isSameFile(a: BigIntStats, b: BigIntStats): boolean {
  return a.ino === b.ino && a.dev === b.dev
}
