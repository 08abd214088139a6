// Opens the file of a log's path once more, as open-log.ts has: by the thread that has the consumer's role.

import { constants, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { systemErrorCode } from '../errors.js'
import { makeFolder } from './make-folder.js'

const { O_APPEND, O_CREAT, O_EXCL, O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_RDWR, O_WRONLY } = constants

/** What to open and how. */
export interface OpenOptions {
  readonly fileMode: number
  readonly mkdir: boolean
  /** For reading too and without O_APPEND, as a mapping needs it. */
  readonly isMapped: boolean
  /** Refuses a link (ELOOP). Default: follows it. */
  readonly noLinks?: boolean
  /** Only creates (EEXIST). Default: opens what is there. */
  readonly isNew?: boolean
}

/** Opens a file, or creates it. For reading too, where that is allowed: recovery and a successor read what was written. */
export function openAgain(path: string, options: OpenOptions): number {
  const { isMapped, noLinks = false, isNew = false } = options
  const append = (isMapped ? 0 : O_APPEND) | (noLinks ? O_NOFOLLOW : 0) | (isNew ? O_EXCL : 0)
  try {
    return openMakingFolder(path, O_RDWR | append | COMMON, options)
  } catch (error) {
    if (isMapped || systemErrorCode(error) !== 'EACCES') throw error
    return openMakingFolder(path, O_WRONLY | append | COMMON, options)
  }
}

/** Without O_NONBLOCK, opening a FIFO that nobody reads would hang here forever. */
const COMMON: number = O_CREAT | O_NOCTTY | O_NONBLOCK

/** The folder is made only if it is missing: the permission model may allow the file and nothing above it. */
export function openMakingFolder(path: string, flags: number, { fileMode, mkdir }: OpenOptions): number {
  try {
    return openSync(path, flags, fileMode)
  } catch (error) {
    if (!mkdir || systemErrorCode(error) !== 'ENOENT') throw error
    makeFolder(dirname(path))
    return openSync(path, flags, fileMode)
  }
}
