// The lock of a log that no other writer may have open (option `lock`).

import { fstatSync, lstatSync, readFileSync, statSync } from 'node:fs'
import { ChooseL2Error } from '../errors.js'
import { loadLibc } from '../native/libc.js'
import { lockSoon } from '../native/lock.js'
import type { Log } from './log.js'

/** Others that start at this moment may recover what was left, which takes longer than other locks. */
const PATIENCE_MS = 1000
const LOOKS = 20
const LOOK_EVERY_MS = 50

/** Throws ERR_LOCKED if somebody keeps the log for himself. With `isExclusive`, it is ours from now on. */
export function expectUnlocked(log: Log, isExclusive: boolean): void {
  const libc = loadLibc()
  if (!libc.available) {
    if (!isExclusive) return
    const message = `Cannot lock ${log.path}: ${libc.reason}. Leave the option lock out`
    throw new ChooseL2Error('ERR_OPEN_FAILED', message, { cause: libc.cause })
  }
  if (!lockSoon(libc, log.fd, isExclusive ? undefined : 'shared', PATIENCE_MS)) throw lockedError(log.path)
  if (!isExclusive) libc.unlock(log.fd)
}

/**
 * Throws ERR_LOCKED as {@link expectUnlocked}, for a writer that has no other use for koffi: asks the kernel's list of locks. It
 * names files by their device, so on some file systems (btrfs, overlayfs) nothing is found.
 */
export function expectNotKept(log: Log): void {
  const { dev, ino } = fstatSync(log.fd)
  const major = (dev >>> 8) & 0xfff
  const minor = (dev & 0xff) | ((dev >>> 12) & 0xfff00)
  const file = `${[major, minor].map((part) => part.toString(16).padStart(2, '0')).join(':')}:${ino}`
  const isKept = (): boolean => locks().some(([, , , kind, , what]) => kind === 'WRITE' && what === file)
  for (let look = 0; isKept(); look++) {
    if (look === LOOKS) throw lockedError(log.path)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_EVERY_MS) // a recovery has it for a moment
  }
}

/** Somebody holds the lock of this log. */
export function lockedError(path: string): ChooseL2Error {
  const holder = lockHolder(path)
  const who = holder === undefined ? 'another process' : `process ${holder}`
  const reasons = 'with the option lock, through memory, or for a recovery that takes long'
  return new ChooseL2Error('ERR_LOCKED', `Cannot open ${path}: ${who} keeps it for itself, ${reasons}`)
}

/** A process that holds a lock of the file, as the kernel lists them: `1: FLOCK ADVISORY READ 71 fe:01:131 0 EOF`. */
export function lockHolder(path: string): number | undefined {
  try {
    const ino = String((statSync(path, { throwIfNoEntry: false }) ?? lstatSync(path)).ino)
    const words = locks().find((words) => words[5]?.endsWith(`:${ino}`) === true)
    return words === undefined ? undefined : Number(words[4])
  } catch {
    return undefined // it is gone
  }
}

/** The kernel's list, each line in words; empty where there is none: without Linux, there are no holders with koffi. */
function locks(): string[][] {
  try {
    return readFileSync('/proc/locks', 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
  } catch {
    return []
  }
}
