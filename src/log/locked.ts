// The lock of a log that no other writer may have open (option `lock`).

import { lstatSync, readFileSync, statSync } from 'node:fs'
import { ChooseL2Error } from '../errors.js'
import { loadLibc } from '../native/libc.js'
import { lockSoon } from '../native/lock.js'
import type { Log } from './log.js'

/** Throws ERR_LOCKED if somebody keeps the log for himself. With `isExclusive`, it is ours from now on. */
export function expectUnlocked(log: Log, isExclusive: boolean): void {
  const libc = loadLibc()
  if (!libc.available) {
    if (!isExclusive) return
    const message = `Cannot lock ${log.path}: ${libc.reason}. Leave the option lock out`
    throw new ChooseL2Error('ERR_OPEN_FAILED', message, { cause: libc.cause })
  }
  if (!lockSoon(libc, log.fd, isExclusive ? undefined : 'shared')) throw lockedError(log.path)
  if (!isExclusive) libc.unlock(log.fd)
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
    const lines = readFileSync('/proc/locks', 'utf8').split('\n')
    const words = lines
      .map((line) => line.split(/\s+/))
      .find((words) => words[5]?.endsWith(`:${ino}`) === true)
    return words === undefined ? undefined : Number(words[4])
  } catch {
    return undefined // not Linux: there are no holders with koffi
  }
}
