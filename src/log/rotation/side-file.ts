// The permanent file beside a rotating log, `.app.log.lock`: it holds the side page, and its lock is the right to rotate.
// Opened by the thread that opens the log; other threads of the process map the same descriptor. It is never deleted or
// renamed. Only our own file is trusted: a process that truncates a mapped file kills those that map it.
//
// Without koffi there are no locks and no mapping. Then the file names its one holder, and a second one is refused.

import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readSync,
  writeSync,
  type Stats,
} from 'node:fs'
import { dirname } from 'node:path'
import { ChooseL2Error, systemErrorCode } from '../../errors.js'
import { loadLibc, type Libc, type Unavailable } from '../../native/libc.js'
import { lockSoon } from '../../native/lock.js'
import { FileMapping } from '../../native/mapping.js'
import { process } from '../../runtime.js'
import { sideFileOf } from './archive-names.js'
import { lockHolder } from '../locked.js'
import { isSharedFolder, ROOT, WRITABLE_BY_OTHERS } from '../trusted-log.js'
import { SIDE_PAGE_BYTES, SidePage } from './side-page.js'

/** A side file in a form that `postMessage` can carry. */
export interface SideHandle {
  readonly fd: number
  readonly path: string
  /** The page of the only holder, where there is no koffi; null: the page is mapped from the file. */
  readonly memory: SharedArrayBuffer | null
}

const { O_CREAT, O_EXCL, O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_RDWR } = constants
const WRITABLE = 0o222
const PERMISSIONS = 0o777
/** From the bit that lets somebody write to the one that lets him read. */
const READABLE_SHIFT = 1
/** Where a holder without koffi puts its name: behind what the page uses. */
const SOLE_HOLDER_AT = 2048
const SOLE_HOLDER_BYTES = 64

/**
 * Opens the side file of a log, or creates it.
 * @param log - absolute path of a log, and no link
 * @param logMode - of the log, which may be between two files at this moment
 * @throws ChooseL2Error `ERR_OPEN_FAILED`: it cannot be opened or trusted; `ERR_FILE_IN_USE`: without koffi, another
 * process has the log open
 */
export function openSideFile(
  log: string,
  logMode: number,
  libc: Libc | Unavailable = loadLibc(),
): SideHandle {
  const path = sideFileOf(log)
  const fd = openTrusted(path, logMode)
  try {
    if (libc.available) {
      makeWhole(fd, path, libc)
      refuseBesideSoleHolder(fd, log)
      return { fd, path, memory: null }
    }
    becomeSoleHolder(fd, log, libc)
    return { fd, path, memory: new SharedArrayBuffer(SIDE_PAGE_BYTES) }
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

/** The page of a side file, on this thread. `release` before the thread ends; the descriptor stays open. */
export function mapSidePage(handle: SideHandle): { page: SidePage; release(): void } {
  if (handle.memory !== null) return { page: new SidePage(handle.memory), release: () => undefined }
  const libc = loadLibc()
  if (!libc.available) throw refusal(handle.path, libc.reason)
  const mapping = new FileMapping(libc, libc.pageSize)
  try {
    mapping.moveTo(handle.fd, 0)
    const { buffer, byteOffset } = mapping.view(0, SIDE_PAGE_BYTES)
    const page = new SidePage(buffer, byteOffset)
    if (!page.isUsable) throw refusal(handle.path, 'another version of this package has written it')
    return { page, release: () => mapping.release() }
  } catch (error) {
    mapping.release()
    throw error
  }
}

/** Lets another holder in, where this one was the only one. */
export function closeSideFile(handle: SideHandle): void {
  if (handle.memory !== null)
    writeSync(handle.fd, Buffer.alloc(SOLE_HOLDER_BYTES), 0, SOLE_HOLDER_BYTES, SOLE_HOLDER_AT)
  closeSync(handle.fd)
}

function openTrusted(path: string, logMode: number): number {
  const flags = O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY
  let fd: number | undefined
  try {
    const known = lstatSync(path, { throwIfNoEntry: false })
    if (known !== undefined) expectRegular(path, known) // before it is opened: opening a device may have an effect
    if (known === undefined) fd = create(path, flags)
    if (fd !== undefined) setMode(fd, modeFor(logMode))
    fd ??= openSync(path, flags)
    matchMode({ fd, path }, logMode)
    expectTrusted(path, fstatSync(fd), logMode)
    return fd
  } catch (cause) {
    if (fd !== undefined) closeSync(fd)
    if (cause instanceof ChooseL2Error) throw cause
    const reason = systemErrorCode(cause) === 'ELOOP' ? 'it is a link' : (cause as Error).message
    throw refusal(path, reason, cause)
  }
}

/** Undefined: another holder was faster. */
function create(path: string, flags: number): number | undefined {
  try {
    return openSync(path, flags | O_CREAT | O_EXCL, 0o600)
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error
    return undefined
  }
}

/**
 * If the side file is ours, it follows the mode of the log. Not in a folder that other users may write to: they may have put
 * another file of ours in its place.
 */
export function matchMode({ fd, path }: Pick<SideHandle, 'fd' | 'path'>, logMode: number): void {
  const { uid, mode } = fstatSync(fd)
  if (uid !== process.geteuid?.() || (mode & PERMISSIONS) === modeFor(logMode)) return
  if (!isSharedFolder(dirname(path))) setMode(fd, modeFor(logMode))
}

/** Whatever the umask. Node's permission model does not have the call. */
function setMode(fd: number, mode: number): void {
  try {
    fchmodSync(fd, mode)
  } catch (error) {
    if (systemErrorCode(error) !== 'ERR_ACCESS_DENIED') throw error
  }
}

/** Every writer of the log may take part. Who only reads it may not: to hold the lock would stop the rotation. */
function modeFor(logMode: number): number {
  const writable = logMode & WRITABLE
  return writable | (writable << READABLE_SHIFT)
}

function expectRegular(path: string, stats: Stats): void {
  if (!stats.isFile())
    throw refusal(path, stats.isSymbolicLink() ? 'it is a link' : 'it is not a regular file')
}

function expectTrusted(path: string, stats: Stats, logMode: number): void {
  const user = process.geteuid?.() ?? stats.uid // Windows has no users
  expectRegular(path, stats)
  if (stats.uid !== user && stats.uid !== ROOT) {
    throw refusal(path, `it belongs to user ${stats.uid}, and this process runs as user ${user}`)
  }
  if ((stats.mode & WRITABLE_BY_OTHERS & ~logMode) !== 0) {
    throw refusal(path, 'users who may not write to the log may write to it')
  }
  if (stats.nlink > 1) throw refusal(path, `it has ${stats.nlink} names (hard links)`)
}

/** Gives the page its disk space before anybody touches it: on a full disk, a mapped hole kills the process. */
function makeWhole(fd: number, path: string, libc: Libc): void {
  if (fstatSync(fd).size >= SIDE_PAGE_BYTES) return
  if (!lockSoon(libc, fd)) throw refusal(path, 'another process holds its lock')
  try {
    const { size } = fstatSync(fd)
    const missing = Buffer.alloc(Math.max(0, SIDE_PAGE_BYTES - size))
    if (missing.length > 0) writeSync(fd, missing, 0, missing.length, size)
  } finally {
    libc.unlock(fd)
  }
}

function becomeSoleHolder(fd: number, log: string, { reason }: Unavailable): void {
  const holder = soleHolder(fd) ?? lockHolder(log)
  if (holder !== undefined)
    throw inUse(log, `process ${holder} has it open, and several processes need koffi here (${reason})`)
  const name = Buffer.alloc(SOLE_HOLDER_BYTES)
  name.write(`${process.pid} ${startOf(process.pid)}`)
  writeSync(fd, name, 0, name.length, SOLE_HOLDER_AT)
}

function refuseBesideSoleHolder(fd: number, log: string): void {
  const holder = soleHolder(fd)
  if (holder !== undefined) throw inUse(log, `process ${holder} has it open, and could not load koffi`)
}

/** The living process that has the log open without koffi. */
function soleHolder(fd: number): number | undefined {
  const name = Buffer.alloc(SOLE_HOLDER_BYTES)
  readSync(fd, name, 0, name.length, SOLE_HOLDER_AT)
  const [pid, start] = name.toString().replaceAll('\0', '').split(' ')
  const isAlive = pid !== undefined && pid !== '' && start === startOf(Number(pid))
  return isAlive ? Number(pid) : undefined
}

/** When a process started, so that a number that was given out again is not taken for it; '' if there is none. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return isRunning(pid) ? 'running' : ''
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return systemErrorCode(error) === 'EPERM'
  }
}

function refusal(path: string, reason: string, cause?: unknown): ChooseL2Error {
  const message = `Could not use ${path}, which coordinates the writers of the log: ${reason}`
  return new ChooseL2Error('ERR_OPEN_FAILED', message, { cause })
}

function inUse(log: string, reason: string): ChooseL2Error {
  return new ChooseL2Error('ERR_FILE_IN_USE', `Cannot rotate ${log}: ${reason}`)
}
