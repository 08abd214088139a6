// After a rotation, and at start: lists the folder of a log, deletes the archives that retention has picked, and says which
// are to be compressed. Only regular files whose names parse exactly count, and only those are looked at: the listing says
// what kind each entry is, so it costs no system call per foreign file.

import { basename, dirname, join } from 'node:path'
import { archivesAmong, keyOf, type ArchiveName } from './archive-names.js'
import { deleteTemporary, type CompressionTask } from './compress-archive.js'
import { deleteArchives } from './delete-archives.js'
import { rotationFs, type RotationFs } from './live-file.js'
import { archivesToCompress, expiredArchives, type ArchiveFile, type RetentionState } from './retention.js'
import type { Rotate } from './rotate-options.js'
import { namingOf } from './rotation-rules.js'
import { wallTime } from '../../runtime.js'

type KeepOptions = Omit<Rotate, 'header'>

/** What {@link keepArchives} has done, and what is left to do. */
export interface Kept {
  /** How many files were deleted. */
  readonly deleted: number
  /** The archives to compress, the oldest first. */
  readonly tasks: readonly CompressionTask[]
}

/**
 * Applies retention to the archives of a log.
 * @param path - of the live file
 * @throws the system error; what is left is for the next time
 */
export function keepArchives(path: string, rotate: KeepOptions, port: RotationFs = rotationFs): Kept {
  const folder = dirname(path)
  const state = retentionState(path, rotate, port)
  const expired = new Set(expiredArchives(rotate.retention, rotate.schedule, state))
  const deleted = deleteArchives(
    [...expired].map((name) => join(folder, name)),
    false,
    port,
  )
  const left = state.archives.filter(({ name }) => !expired.has(name))
  return { deleted, tasks: tasksOf(folder, left, rotate) }
}

/** On a full disk: deletes the oldest archive, with all its forms. False if there is none. */
export function deleteOldest(path: string, rotate: KeepOptions, port: RotationFs = rotationFs): boolean {
  const [oldest, ...others] = archivesIn(path, rotate, port)
  if (oldest === undefined) return false
  const isSame = (other: ArchiveName): boolean => keyOf(other) === keyOf(oldest)
  const names = [oldest, ...others.filter(isSame)].map(({ name }) => join(dirname(path), name))
  return deleteArchives(names, false, port) > 0
}

/** What retention decides on: the archives of a log, the oldest first, its size, the free space and the time. */
export function retentionState(
  path: string,
  rotate: KeepOptions,
  port: RotationFs = rotationFs,
): RetentionState {
  const folder = dirname(path)
  return {
    archives: filesOf(folder, archivesIn(path, rotate, port), port),
    liveBytes: sizeOf(path, port) ?? 0,
    freeBytes: rotate.retention.minFree > 0 ? freeBytesOf(folder, port) : Infinity,
    now: wallTime(),
  }
}

/** At start: deletes what killed compressions have left. */
export function deleteTemporaries(path: string, rotate: KeepOptions, port: RotationFs = rotationFs): void {
  const folder = dirname(path)
  for (const { name, isTemporary } of archivesIn(path, rotate, port)) {
    if (isTemporary) deleteTemporary(join(folder, name), port)
  }
}

function tasksOf(
  folder: string,
  archives: readonly ArchiveName[],
  { compression }: KeepOptions,
): CompressionTask[] {
  if (compression === null) return []
  const { type, level, keepPlain } = compression
  return archivesToCompress(archives, keepPlain).map((name) => ({ path: join(folder, name), type, level }))
}

function archivesIn(path: string, rotate: KeepOptions, port: RotationFs): ArchiveName[] {
  const files = port.readdirSync(dirname(path), { withFileTypes: true }).filter((entry) => entry.isFile())
  return archivesAmong(
    namingOf(rotate, basename(path)),
    files.map(({ name }) => name),
  )
}

function filesOf(folder: string, archives: readonly ArchiveName[], port: RotationFs): ArchiveFile[] {
  return archives.flatMap((archive) => {
    const stats = port.lstatSync(join(folder, archive.name), { throwIfNoEntry: false })
    return stats === undefined ? [] : [{ ...archive, bytes: stats.size, modified: stats.mtimeMs }]
  })
}

/** Null for what is gone. */
function sizeOf(path: string, port: RotationFs): number | null {
  return port.lstatSync(path, { throwIfNoEntry: false })?.size ?? null
}

function freeBytesOf(folder: string, port: RotationFs): number {
  const { bavail, bsize } = port.statfsSync(folder)
  return bavail * bsize
}
