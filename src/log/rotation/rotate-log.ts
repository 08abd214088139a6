// One holder's side of a rotating log: reserves room in the live file, rotates it, and follows the rotations of others.
// Runs on the thread that has the consumer's role, between two claims: a claim is reserved as a whole and never spans two
// files. Synchronous and bounded. A process may be killed at any step; the next one to come finishes what it began.
//
//   lock -> settle -> decide again -> rename -> create -> settle -> unlock
//
// To settle is to make the side page true of the live file. Each holder has a shared lock on the file it writes: as long
// as there is one, nobody compresses that file. Descriptors are closed on exec, so no child keeps a lock.

import { dirname } from 'node:path'
import type { Libc } from '../../native/libc.js'
import { lockSoon } from '../../native/lock.js'
import { now, wallTime } from '../../runtime.js'
import { expectStack } from '../../stack.js'
import { lockHolder } from '../locked.js'
import { NO_RETRY, NONE } from '../log-descriptor.js'
import { sideFileOf } from './archive-names.js'
import type { HolderParts, Live, Rotation, RotationReason } from './holder-parts.js'
import {
  fileAt,
  identityOf,
  openForAppending,
  renameBack,
  renameToArchive,
  rotationFs,
  statLive,
  syncFolder,
  type RotationFs,
} from './live-file.js'
import { settle } from './settle.js'
import type { Home } from './side-page.js'

/** Two files in a row were replaced by another program while we looked. */
const ATTEMPTS = 5
/** So long another process may need for a rotation. If it is stopped, the log goes on in the old file, beyond its limit. */
const LOCK_PATIENCE_MS = 3000
/** After a failed rotation: the first and the longest pause before the next attempt. */
const RETRY_MS = 1000
const LONGEST_RETRY_MS = 60_000

/** A holder of a rotating log, on one thread. */
export class LogHolder {
  readonly #parts: HolderParts
  readonly #fs: RotationFs
  #emptyBytes = 0
  #dueAt = -Infinity
  /** Since when the lock is waited for. */
  #waitsSince: number | null = null

  constructor(parts: HolderParts) {
    this.#parts = parts
    this.#fs = parts.fs ?? rotationFs
    const { home } = parts.page
    if (home !== null && home.generation === this.#generation) this.#learn(home)
  }

  /**
   * Before a claim is written: reserves its bytes in the file that is open. False if the log must be rotated first, or if
   * another file is live: call {@link rotateOrFollow}.
   */
  reserve(bytes: number, lines = 0): boolean {
    const { page, rules } = this.#parts
    const generation = this.#generation
    if (this.#isLenient()) {
      page.reserve(bytes, generation, Number.MAX_SAFE_INTEGER, this.#emptyBytes) // counts, whatever the limit
    } else {
      if (generation === NONE || wallTime() >= this.#dueAt) return false
      if (page.reserve(bytes, generation, rules.maxBytes, this.#emptyBytes) !== 'reserved') return false
    }
    page.countLines(lines)
    return true
  }

  /** How many bytes the file can take. */
  get left(): number {
    return this.#isLenient() ? Infinity : Math.max(0, this.#parts.rules.maxBytes - this.#parts.page.bytes)
  }

  /** As {@link left}; if the file is full, how many the next one can take. */
  get room(): number {
    return this.left || Math.max(1, this.#parts.rules.maxBytes - this.#emptyBytes)
  }

  /**
   * Rotates the log if it must be, and opens the live file if that is another one now. Null if another process is about to
   * rotate it: ask again soon. Reserves nothing.
   *
   * @param bytes - what shall be reserved next
   * @param isRequested - rotate a file that has lines, unless somebody has rotated it since this holder opened it
   * @throws the system error if no file is open yet and none can be opened
   */
  rotateOrFollow(bytes: number, isRequested = false): Live | null {
    expectStack()
    const { path, rules } = this.#parts
    let rotation: Rotation | null = null
    try {
      if (this.#followUnlocked()) return this.#live(null)
      if (!this.#lock()) return this.#waitOrThrow()
      try {
        const before = this.#generation
        settle(this.#parts)
        if (before !== NONE && before === this.#parts.page.generation)
          rotation = this.#rotate(bytes, isRequested)
        this.#follow()
        if (rotation !== null && rules.syncsFolder) syncFolder(dirname(path), this.#fs)
      } finally {
        this.#unlock()
      }
    } catch (error) {
      if (this.#fd === NONE) throw error
      if (rotation === null || this.#generation !== this.#parts.page.generation) this.#beLenient()
      return this.#live(rotation, error)
    }
    if (this.#parts.descriptor.retry.pauseMs > 0) this.#parts.descriptor.retry = NO_RETRY
    return this.#live(rotation)
  }

  /** About once a second: notices that another program has renamed or deleted the log, or appended to it. */
  look(): void {
    const stats = fileAt(this.#parts.path, this.#fs)
    const generation = stats === null ? null : this.#parts.page.generationOf(identityOf(stats))
    if (stats === null || generation === null || generation !== this.#generation) this.#generation = NONE
    else this.#parts.page.raise(Number(stats.size), generation)
  }

  get #fd(): number {
    return this.#parts.descriptor.fd
  }

  get #generation(): number {
    return this.#parts.descriptor.generation
  }

  set #generation(generation: number) {
    this.#parts.descriptor.generation = generation
  }

  /** Under the lock, after settling, by a holder of the live file. Null if there is no reason any more. */
  #rotate(bytes: number, isRequested: boolean): Rotation | null {
    const { path, page, rules, libc } = this.#parts
    const { home } = page
    if (home === null) return null
    const reason = isRequested ? 'request' : this.#reason(bytes, home)
    if (reason === null) return null
    const { lines } = page
    const size = Number(statLive(path, this.#fs).size)
    if (size <= home.emptyBytes && this.#stayEmpty(size)) return null
    page.isRotating = true
    let to: string | undefined
    try {
      to = renameToArchive(path, home.periodStart, rules, libc, this.#fs)
      settle(this.#parts)
    } catch (error) {
      // Once the page is true of the new file, others may write to it.
      if (page.generation === home.generation) {
        if (to !== undefined) renameBack(to, path, rules.header()?.length ?? 0, libc, this.#fs)
        page.isRotating = false
      }
      throw error
    }
    return { from: path, to, bytes: size, lines, first: home.periodStart, last: wallTime(), reason }
  }

  #reason(bytes: number, home: Home): RotationReason | null {
    const { page, rules } = this.#parts
    if (wallTime() >= rules.nextBoundary(home.periodStart)) return 'time'
    return page.bytes > home.emptyBytes && page.bytes + bytes > rules.maxBytes ? 'size' : null
  }

  /**
   * There are no empty archives: a file without lines begins its period again. False if somebody else may be about to
   * write what he has reserved in it.
   */
  #stayEmpty(size: number): boolean {
    const { page, libc, isExclusive = false } = this.#parts
    if (page.bytes > size) {
      // Alone with the file, the reservations must be those of killed processes.
      if (libc.available && !isExclusive && !libc.tryLock(this.#fd)) {
        libc.tryLock(this.#fd, 'shared') // the kernel has dropped the lock that it could not turn
        return false
      }
      page.recount(size)
      if (libc.available && !isExclusive) libc.tryLock(this.#fd, 'shared')
    }
    page.restartPeriod(wallTime())
    return true
  }

  /** Without the lock, which a stopped process may hold: follows a rotation that is complete. */
  #followUnlocked(): boolean {
    const generation = this.#generation
    if (generation === this.#parts.page.generation) return false
    return this.#parts.page.home !== null && this.#openIfLive()
  }

  /** Under the lock. */
  #follow(): void {
    const { page } = this.#parts
    const { home } = page
    if (home !== null && home.generation === this.#generation) return this.#learn(home)
    for (let attempt = 1; !this.#openIfLive(); attempt++) {
      if (attempt === ATTEMPTS) throw new Error(`${this.#parts.path} is replaced again and again`)
      settle(this.#parts)
    }
  }

  /** Opens the file of the path, in place of the old one, if the page is true of it. */
  #openIfLive(): boolean {
    const { path, page, libc, descriptor } = this.#parts
    const { open = (live) => openForAppending(live, this.#fs) } = this.#parts
    const { adopt = (fresh) => void descriptor.replace(fresh, 'closed') } = this.#parts
    if (fileAt(path, this.#fs) === null) return false
    const fd = open(path)
    // Locked first, and then asked whether it is live: what is live now, nobody compresses from now on.
    const isLocked = !libc.available || this.#lockLive(libc, fd)
    const stats = this.#fs.fstatSync(fd, { bigint: true })
    const generation = page.generationOf(identityOf(stats))
    const { home } = page
    if (!isLocked || generation === null || home?.generation !== generation) {
      this.#fs.closeSync(fd)
      return false
    }
    page.raise(Number(stats.size), generation) // what another program has appended, or a power failure has kept
    this.#generation = NONE // a thread that takes over in between opens the file again
    adopt(fd)
    this.#learn(home)
    this.#generation = generation // publishes both
    return true
  }

  /** The file may be the one that this holder has open and has locked, through another descriptor. */
  #lockLive(libc: Libc, fd: number): boolean {
    if (this.#parts.isExclusive !== true) return lockSoon(libc, fd, 'shared') // another one may be about to cut its end
    if (libc.tryLock(fd)) return true
    if (this.#fd === NONE || !this.#isOpen(fd)) return false
    libc.unlock(this.#fd)
    return libc.tryLock(fd)
  }

  /** True if this descriptor is of the file that is open. */
  #isOpen(fd: number): boolean {
    const [a, b] = [fd, this.#fd].map((each) => this.#fs.fstatSync(each, { bigint: true }))
    return a?.ino === b?.ino && a?.dev === b?.dev
  }

  #learn({ emptyBytes, periodStart }: Home): void {
    this.#emptyBytes = emptyBytes
    this.#dueAt = this.#parts.rules.nextBoundary(periodStart)
  }

  #live(rotation: Rotation | null, error: unknown = null): Live {
    const fd = this.#fd
    return { fd, ...identityOf(this.#fs.fstatSync(fd, { bigint: true })), rotation, error }
  }

  /** After a failure, the old file takes everything for a while, unless somebody else rotates the log. */
  #isLenient(): boolean {
    const { descriptor, page } = this.#parts
    const { generation, at, pauseMs } = descriptor.retry
    if (pauseMs === 0 || generation !== page.generation) return false
    const left = at - wallTime()
    return left > 0 && left <= pauseMs // the clock may jump
  }

  #beLenient(): void {
    const { descriptor, page } = this.#parts
    const { pauseMs: last } = descriptor.retry
    const pauseMs = last === 0 ? RETRY_MS : Math.min(2 * last, LONGEST_RETRY_MS)
    descriptor.retry = { generation: page.generation, at: wallTime() + pauseMs, pauseMs }
  }

  #lock(): boolean {
    const { libc, sideFd } = this.#parts
    const isLocked = !libc.available || lockSoon(libc, sideFd)
    if (isLocked) this.#waitsSince = null
    return isLocked
  }

  /** Null: soon. */
  #waitOrThrow(): null {
    this.#waitsSince ??= now()
    if (now() - this.#waitsSince < LOCK_PATIENCE_MS) return null
    const side = sideFileOf(this.#parts.path)
    const holder = lockHolder(side)
    const who = holder === undefined ? 'another process' : `process ${holder}`
    throw new Error(`${who} holds the lock of ${side} and does not rotate the log`)
  }

  #unlock(): void {
    const { libc, sideFd } = this.#parts
    if (libc.available) libc.unlock(sideFd)
  }
}
