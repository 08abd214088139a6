// The path of a log as the command line names it, and where its archives are.

import { lstatSync, readlinkSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { CommandError, ExitCode, UsageError } from '../errors.js'

/** A log: its live file, which need not exist, and its folder. */
export interface LogPath {
  /** Absolute; never a link. */
  readonly path: string
  readonly folder: string
  readonly name: string
}

/** As in the kernel (MAXSYMLINKS of Linux). */
const MOST_LINKS = 40

/** The only argument of the command line. */
export function oneLog(args: readonly string[], help: string): LogPath {
  const [text, ...more] = args
  if (text === undefined || text === '') throw new UsageError('Expected the path of a log, got nothing', help)
  if (more.length > 0) throw new UsageError(`Expected one path, got also '${more.join("' '")}'`, help)
  return findLog(text, help)
}

/** Follows links: the archives are beside the file that is written, and have its name. */
function findLog(text: string, help: string): LogPath {
  let path = resolve(text)
  for (let n = 0; n < MOST_LINKS; n++) {
    const stats = statOf(path, text)
    if (stats?.isDirectory() === true) throw new UsageError(`Expected a log, but '${text}' is a folder`, help)
    if (stats !== undefined && !stats.isFile() && !stats.isSymbolicLink())
      throw new UsageError(`Expected a log, but '${text}' is not a file`, help)
    if (stats?.isSymbolicLink() !== true) return { path, folder: dirname(path), name: basename(path) }
    path = resolve(dirname(path), targetOf(path, text))
  }
  throw new CommandError(ExitCode.NO_LOG, `Could not find ${text}: too many links`)
}

/** Undefined where there is no file: a log may have archives only, and a rotation may be under way. */
function statOf(path: string, text: string): ReturnType<typeof lstatSync> | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })
  } catch (error) {
    throw cannotRead(text, error)
  }
}

function targetOf(link: string, text: string): string {
  try {
    return readlinkSync(link)
  } catch (error) {
    throw cannotRead(text, error)
  }
}

/** The error for a log, or a folder, that cannot be read. */
export function cannotRead(path: string, error: unknown): CommandError {
  return new CommandError(ExitCode.NO_LOG, `Could not read ${path}: ${(error as Error).message}`, {
    cause: error,
  })
}

/** The error for a log that is not there, in any form. */
export function noLog({ path }: LogPath): CommandError {
  return new CommandError(ExitCode.NO_LOG, `Could not find ${path}, nor archives of it`)
}

/** The code of a system error. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
}
