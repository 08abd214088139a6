// What `choose-l2 archives` lists: each archive with its lines and what retention would do to it.

import { lstatSync } from 'node:fs'
import { nextArchiveName, parseArchiveName } from '../../log/rotation/archive-names.js'
import { formatPeriod, startOf } from '../../log/rotation/calendar.js'
import { retentionState } from '../../log/rotation/keep-archives.js'
import { expiredArchives, type ArchiveFile, type RetentionState } from '../../log/rotation/retention.js'
import type { Rotate } from '../../log/rotation/rotate-options.js'
import { namingOf } from '../../log/rotation/rotation-rules.js'
import { archivesOf, type Archive } from './archive.js'
import { countNewlines } from './count-newlines.js'
import { cannotRead, noLog, type LogPath } from './log-path.js'
import { contentOf, openArchive, openFile, piecesOf } from './open-archive.js'

/** When retention deletes an archive: the next time it runs, or once the live file has rotated. Null: neither. */
export type Deletion = 'now' | 'next rotation' | null

/** What `--json` prints of an archive. */
export interface ListedArchive {
  readonly file: string
  /** `2026-11-22`, and when it begins. Null: it has only a number. */
  readonly period: string | null
  readonly start: string | null
  readonly sequence: number
  /** `plain`, `gz`, `zst`, or several of them, like `plain+gz.tmp`. */
  readonly form: string
  /** Of all its files. */
  readonly bytes: number
  /** Null: not counted. */
  readonly lines: number | null
  readonly deletion: Deletion
}

/** What `--json` prints. */
export interface Listing {
  readonly log: string
  readonly live: { readonly file: string; readonly bytes: number; readonly lines: number | null } | null
  /** The oldest first. */
  readonly archives: readonly ListedArchive[]
}

/** Hears why the lines of a file could not be counted. */
export type OnTrouble = (file: string, error: unknown) => void

/** Looks into the folder of a log, and counts lines. Throws CommandError if there is nothing to list. */
export async function listLog(
  log: LogPath,
  rotate: Rotate,
  countsCompressed: boolean,
  onTrouble: OnTrouble,
): Promise<Listing> {
  const state = stateOf(log, rotate)
  const hasLive = lstatSync(log.path, { throwIfNoEntry: false })?.isFile() === true
  if (!hasLive && state.archives.length === 0) throw noLog(log)
  const deletionOf = deletions(log, rotate, state)
  const archives: ListedArchive[] = []
  for (const archive of archivesOf(state.archives)) {
    const isPlain = archive.files[0]?.form === 'plain'
    const lines = isPlain || countsCompressed ? await linesOf(log.folder, archive, onTrouble) : null
    archives.push({ ...describe(archive, rotate), lines, deletion: deletionOf(archive) })
  }
  const live = hasLive
    ? { file: log.name, bytes: state.liveBytes, lines: await linesOfLive(log, state.liveBytes, onTrouble) }
    : null
  return { log: log.path, live, archives }
}

function stateOf({ path, folder }: LogPath, rotate: Rotate): RetentionState {
  try {
    return retentionState(path, rotate)
  } catch (error) {
    throw cannotRead(folder, error)
  }
}

function describe(
  { files, period, sequence }: Archive<ArchiveFile>,
  { schedule }: Rotate,
): Omit<ListedArchive, 'lines' | 'deletion'> {
  return {
    file: files[0]?.name ?? '',
    period: period === null ? null : formatPeriod(period),
    start: period === null ? null : new Date(startOf(schedule, period)).toISOString(),
    sequence,
    form: files.map(({ form, isTemporary }) => (isTemporary ? `${form}.tmp` : form)).join('+'),
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
  }
}

/** Asks retention twice: about the folder as it is, and as it will be when the live file is an archive. */
function deletions(
  { name }: LogPath,
  rotate: Rotate,
  state: RetentionState,
): (archive: Archive<ArchiveFile>) => Deletion {
  const { retention, schedule } = rotate
  const now = new Set(expiredArchives(retention, schedule, state))
  const next = new Set(expiredArchives(retention, schedule, rotated(name, rotate, state)))
  return ({ files: [first] }) => {
    if (first === undefined) return null
    if (now.has(first.name)) return 'now'
    return next.has(first.name) ? 'next rotation' : null
  }
}

function rotated(log: string, rotate: Rotate, state: RetentionState): RetentionState {
  if (state.liveBytes === 0) return state
  const naming = namingOf(rotate, log)
  const names = state.archives.map(({ name }) => name)
  const name = parseArchiveName(naming, nextArchiveName(naming, rotate.schedule, names, state.now))
  if (name === null) return state
  const sequence = naming.isNumbered ? 0 : name.sequence // newer than the others, which go up by one
  const next = { ...name, sequence, bytes: state.liveBytes, modified: state.now }
  return { ...state, archives: [...state.archives, next], liveBytes: 0 }
}

/** Null if they cannot be counted: it was deleted, or only a part of it is there. */
async function linesOf(folder: string, archive: Archive, onTrouble: OnTrouble): Promise<number | null> {
  if (archive.files.every(({ isTemporary }) => isTemporary)) return null
  try {
    const file = await openArchive(folder, archive)
    if (file === null) return null
    try {
      return await countNewlines(contentOf(file))
    } finally {
      await file.handle.close()
    }
  } catch (error) {
    onTrouble(archive.files[0]?.name ?? '', error)
    return null
  }
}

async function linesOfLive(
  { path, name }: LogPath,
  bytes: number,
  onTrouble: OnTrouble,
): Promise<number | null> {
  try {
    const handle = await openFile(path)
    if (handle === null) return null
    try {
      return await countNewlines(piecesOf(handle, bytes))
    } finally {
      await handle.close()
    }
  } catch (error) {
    onTrouble(name, error)
    return null
  }
}
