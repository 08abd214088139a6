// Makes a log that was just opened one whose file may be replaced: by rotation, or because its path is followed. Runs on the
// thread that creates the writer, after recovery and before the first line.

import { fstatSync, lstatSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { ChooseL2Error } from '../errors.js'
import { invalid } from '../expect.js'
import { uniqueId } from '../unique-id.js'
import type { FileOwner } from './current-file.js'
import { FollowedFile, type FollowedFileOptions } from './followed-file.js'
import type { Log } from './log.js'
import { patiently } from './patiently.js'
import { realFileOf } from './real-path.js'
import type { CompressionTask } from './rotation/compress-archive.js'
import { HEADER_BYTES, HeaderCell, headerLine } from './rotation/header-cell.js'
import type { Rotation } from './rotation/holder-parts.js'
import { keepRules } from './rotation/kept-rules.js'
import type { Rotate } from './rotation/rotate-options.js'
import { RotatingFile, type RotatingFileOptions } from './rotation/rotating-file.js'
import { closeSideFile, matchMode, openSideFile } from './rotation/side-file.js'

/** Others may be about to rotate it, one after the other. */
const ATTEMPTS = 15

/** What the log is to be. */
export interface LiveOptions {
  readonly rotate: Rotate | null
  /** Look at the path once a second. */
  readonly followsPath: boolean
  readonly lock: boolean
  readonly fileMode: number
  /** False: it was emptied. */
  readonly append: boolean
  /** Renames must survive a power failure. */
  readonly syncsFolder: boolean
}

/** What happened at the start. */
export interface Started {
  readonly rotations: readonly Rotation[]
  /** Archives that wait to be compressed. */
  readonly tasks: readonly CompressionTask[]
  /** Null: there is no function that makes headers. */
  readonly header: HeaderCell | null
}

const NOTHING: Started = { rotations: [], tasks: [], header: null }

/** Throws for a log that has no path by which it could be opened again. */
export function expectPathFor(option: string, log: Log, isKernelPath: boolean): void {
  if (log.isOwned && log.isFile && !isKernelPath) return
  throw invalid('path', `to be the path of a regular file, for the option ${option}`, log.path)
}

/** From now on, the log's file may be replaced. */
export function startLive(log: Log, options: LiveOptions): Started {
  if (options.rotate !== null) return startRotating(log, options.rotate, options)
  if (!log.isOwned || !log.isFile || log.path.startsWith('fd:')) return NOTHING
  startFollowing(log, options)
  return NOTHING
}

/** Locks the file. It may have been rotated since it was opened: then the log goes on in the next one. */
function startFollowing(log: Log, { followsPath, lock }: LiveOptions): void {
  const { path, isMapped } = log
  const live: FollowedFileOptions = {
    path,
    realPath: realFileIfSeen(path),
    isMapped,
    isExclusive: isMapped || lock,
    looks: followsPath,
  }
  orOpenFailed('open', path, () => new FollowedFile(live, log.descriptor, ownerOf(log)).reopen())
  log.goLive({ is: 'followed', options: live })
}

/** The permission model may allow the file and nothing above it. */
function realFileIfSeen(path: string): string {
  try {
    return realFileOf(path)
  } catch {
    return path
  }
}

function startRotating(log: Log, rotate: Rotate, options: LiveOptions): Started {
  const path = realFileOf(log.path) // a link stays: what is renamed is the file
  const header = new HeaderCell()
  const text = renewHeader(header, rotate.header)
  const side = openSideFile(path, fstatSync(log.fd).mode)
  try {
    keepRules(side.fd, { ...rotate, header: text })
    const { header: _function, ...plain } = rotate
    const live: RotatingFileOptions = {
      path,
      isMapped: log.isMapped,
      fileMode: options.fileMode,
      isExclusive: log.isMapped || options.lock || rotate.naming === 'numbered',
      syncsFolder: options.syncsFolder,
      side,
      rotate: plain,
      header: header.handle,
    }
    const started = begin(log, live, options.append)
    matchMode(side, fstatSync(log.fd).mode) // of a log that a killed process had not given its mode yet
    if (typeof rotate.header === 'function') renewHeader(header, rotate.header) // the first one may be taken
    const { symlink } = rotate
    if (symlink !== null) orOpenFailed('make the link', symlink, () => linkTo(path, symlink))
    log.goLive({ is: 'rotating', options: live })
    return { ...started, header: typeof rotate.header === 'function' ? header : null }
  } catch (error) {
    closeSideFile(side)
    throw error
  }
}

/** Finds or describes the live file, rotates it if that is due or asked for, and looks at the archives. */
function begin(log: Log, live: RotatingFileOptions, append: boolean): Pick<Started, 'rotations' | 'tasks'> {
  const rotations: Rotation[] = []
  const file = new RotatingFile(live, log.descriptor, ownerOf(log), {
    onRotated: (rotation) => rotations.push(rotation),
    onTrouble: () => {}, // retention: for the next time
  })
  try {
    return orOpenFailed('rotate', live.path, () => {
      if (!append) file.forget()
      patiently(ATTEMPTS, () => file.reopen())
      if (live.rotate.onStart) patiently(ATTEMPTS, () => file.rotate())
      return { rotations, tasks: file.tidy() }
    })
  } finally {
    file.release()
  }
}

/** As long as nothing is written yet. */
function ownerOf(log: Log): FileOwner {
  return { finish: () => {}, adopt: (fresh) => void log.descriptor.replace(fresh, 'closed') }
}

/** Makes the header of the next file, and returns its text. Throws ERR_INVALID_ARGUMENT if it is too long. */
export function renewHeader(cell: HeaderCell, header: Rotate['header']): string | null {
  const text = typeof header === 'function' ? header() : header
  if (text !== null && typeof text !== 'string') throw invalid('rotate.header', 'to return a text', text)
  const line = headerLine(text)
  if (line !== null && line.length > HEADER_BYTES)
    throw invalid('rotate.header', `to have at most ${HEADER_BYTES} bytes with its newline`, text)
  cell.header = line
  return text
}

/** A link that leads elsewhere is replaced in one step; what is no link is left alone. */
function linkTo(path: string, link: string): void {
  const stats = lstatSync(link, { throwIfNoEntry: false })
  if (stats !== undefined && !stats.isSymbolicLink())
    throw invalid('rotate.symlink', 'to be free, or a link', link)
  if (stats !== undefined && resolve(dirname(link), readlinkSync(link)) === path) return
  const fresh = `${link}.${uniqueId()}.tmp`
  try {
    symlinkSync(dirname(link) === dirname(path) ? basename(path) : path, fresh)
    renameSync(fresh, link)
  } finally {
    rmSync(fresh, { force: true })
  }
}

function orOpenFailed<T>(what: string, path: string, call: () => T): T {
  try {
    return call()
  } catch (cause) {
    if (cause instanceof ChooseL2Error) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ChooseL2Error('ERR_OPEN_FAILED', `Could not ${what} ${path}: ${reason}`, { cause })
  }
}
