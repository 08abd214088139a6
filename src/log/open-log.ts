// Opens the log, on the thread that creates the writer: a bad path throws there, at once. The descriptor
// belongs to that thread (Node closes descriptors of a worker when it ends), which also closes it.

import { constants, fstatSync, openSync, readlinkSync, writeSync, type Stats } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ChooseL2Error, systemErrorCode } from '../errors.js'
import { absolutePath } from '../expect.js'
import { checkMappable } from '../native/mappable.js'
import { Log } from './log.js'
import { openMakingFolder, type OpenOptions } from './open-again.js'
import { adviceOn, type Attempt } from './open-advice.js'
import { alsoForReading } from './reader.js'

const { O_APPEND, O_CREAT, O_NONBLOCK, O_NOCTTY, O_RDWR, O_WRONLY } = constants

const NOTHING = new Uint8Array()
/** Open for reading only; no file at all, like an epoll descriptor. */
const NEVER_WRITABLE: ReadonlySet<string | undefined> = new Set(['EBADF', 'EINVAL'])

/** Opens a path or `file:` URL, or takes over a descriptor. */
export function openLog(target: string | URL | number, options: OpenOptions): Log {
  const log = typeof target === 'number' ? adopt(target, options) : openPath(toPath(target), options)
  try {
    if (options.isMapped) checkMappable(log.fd, log.path)
    return log
  } catch (error) {
    log.close()
    throw error
  }
}

/** As {@link Log.empty}, with an error that says what to do. */
export function emptyLog(log: Log): void {
  try {
    log.empty()
  } catch (error) {
    throw openError(`Could not empty ${log.path}`, error, { path: log.path, mkdir: false, access: 'write' })
  }
}

function toPath(target: string | URL): string {
  const path = target instanceof URL ? fileURLToPath(target) : target
  return absolutePath(path)
}

function openPath(path: string, options: OpenOptions): Log {
  try {
    const access = options.isMapped ? O_RDWR : O_WRONLY | O_APPEND
    // Without O_NONBLOCK, opening a FIFO that nobody reads would hang here forever.
    const flags = access | O_CREAT | O_NOCTTY | O_NONBLOCK
    const opened = openMakingFolder(path, flags, options)
    const fd = options.isMapped ? opened : alsoForReading(opened)
    return Log.of(fd, { path, isMapped: options.isMapped, isOwned: true, hasLastReader: isUnnamedPipe(fd) })
  } catch (error) {
    throw openError(`Could not open ${path}`, error, {
      path,
      mkdir: options.mkdir,
      access: options.isMapped ? 'read and write' : 'write',
    })
  }
}

/**
 * A pipe or terminal may block forever inside write(2), and then neither stop nor exit could interrupt it.
 * Opened again through /proc it can be made non-blocking without changing it for the processes it is shared
 * with. Where that is refused (sockets, other systems) the descriptor is used as it is.
 */
function adopt(fd: number, options: OpenOptions): Log {
  const stats = expectWritable(fd)
  const hasLastReader = stats.isFIFO() || stats.isSocket() || stats.isCharacterDevice()
  const facts = { path: `fd:${fd}`, isMapped: options.isMapped, hasLastReader }
  if ((stats.isFIFO() || stats.isCharacterDevice()) && !options.isMapped) {
    try {
      const own = openSync(`/proc/self/fd/${fd}`, O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY)
      return Log.of(own, { ...facts, isOwned: true })
    } catch {
      // as it is
    }
  }
  return Log.of(fd, { ...facts, isOwned: false })
}

/** Throws for a descriptor that is closed, or that will never take anything. */
function expectWritable(fd: number): Stats {
  let stats: Stats
  try {
    stats = fstatSync(fd)
  } catch (error) {
    throw openError(`Could not use file descriptor ${fd}`, error, { path: '', mkdir: false, access: 'write' })
  }
  if (stats.isSocket()) return stats // no bytes would be an empty datagram
  try {
    writeSync(fd, NOTHING)
  } catch (cause) {
    if (!NEVER_WRITABLE.has(systemErrorCode(cause))) return stats // such as a full disk: the write is retried
    const reason = `${cause instanceof Error ? cause.message : String(cause)}. Pass one that is open for writing`
    const message = `Could not write to file descriptor ${fd}: ${reason}`
    throw new ChooseL2Error('ERR_OPEN_FAILED', message, { cause })
  }
  return stats
}

/** True for a pipe without a path of its own, which was opened as /dev/stdout or through /proc. */
function isUnnamedPipe(fd: number): boolean {
  if (!fstatSync(fd).isFIFO()) return false
  try {
    return readlinkSync(`/proc/self/fd/${fd}`).startsWith('pipe:')
  } catch {
    return false // no /proc: such a pipe cannot have been opened by a path
  }
}

function openError(what: string, error: unknown, attempt: Attempt): ChooseL2Error {
  const reason = error instanceof Error ? error.message : String(error)
  return new ChooseL2Error('ERR_OPEN_FAILED', `${what}: ${reason}${adviceOn(error, attempt)}`, {
    cause: error,
  })
}
