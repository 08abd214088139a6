// Finds the files to print, while the log may rotate and its archives may be compressed or deleted at any moment:
//
//   open the live file -> list the folder -> which archive is the open file? -> is the open file still in the folder?
//
// A rotation before the opening is in the list. A rotation between opening and listing puts the open file itself into the
// list: it is printed once, in the place of that archive, and the list has what followed it. After a later rotation, the
// open file is still what follows the archives in the list. If the open file is in the folder no more, it was compressed or
// deleted, and the list may have its lines under another name: the snapshot starts over.

import fs, { type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { archivesAmong, type Naming } from '../../log/rotation/archive-names.js'
import { archivesOf, plainName, type Archive } from '../archives/archive.js'
import { cannotRead, codeOf, type LogPath } from '../archives/log-path.js'
import { openFile } from '../archives/open-archive.js'

/** A file to print. */
export type Source =
  | { readonly kind: 'archive'; readonly archive: Archive }
  /** It was live when it was opened, and is an archive now. */
  | { readonly kind: 'rotated'; readonly archive: Archive; readonly handle: FileHandle }
  | { readonly kind: 'live'; readonly archive: null; readonly handle: FileHandle }

/** The functions of node:fs/promises that a snapshot uses. Tests rotate the log between two calls. */
export type SnapshotFs = Pick<typeof fs, 'lstat' | 'readdir'>

/** Two listings differ only while something is renamed or deleted, which takes less time than a listing. */
const LISTING_ATTEMPTS = 20
/** For each, the live file must rotate, be compressed and be deleted within a listing. */
const SNAPSHOT_ATTEMPTS = 5

/** The files of a log, the oldest first. The caller closes the live file. Throws CommandError. */
export async function takeSnapshot(log: LogPath, naming: Naming, port: SnapshotFs = fs): Promise<Source[]> {
  for (let attempt = 1; ; attempt++) {
    const handle = await openLive(log)
    try {
      const archives = await listArchives(log.folder, naming, port)
      const sources = await withLive(log, archives, handle, port)
      if (sources !== null) return sources
      // The archives alone are a snapshot, too: they have every line up to an earlier moment.
      if (handle === null || attempt === SNAPSHOT_ATTEMPTS) {
        await handle?.close()
        return archives.map((archive) => ({ kind: 'archive', archive }))
      }
    } catch (error) {
      await handle?.close()
      throw error
    }
    await handle.close()
  }
}

async function openLive({ path }: LogPath): Promise<FileHandle | null> {
  try {
    return await openFile(path)
  } catch (error) {
    if (codeOf(error) === 'ENOTDIR') return null // there is no such folder, which the listing says
    throw cannotRead(path, error)
  }
}

/**
 * The archives in a folder, without temporary files. What is renamed during a listing may be missing in it under both names,
 * so two listings must agree.
 */
async function listArchives(folder: string, naming: Naming, port: SnapshotFs): Promise<Archive[]> {
  let names = ''
  for (let attempt = 1; ; attempt++) {
    const files = archivesAmong(naming, await fileNames(folder, port)).filter(
      ({ isTemporary }) => !isTemporary,
    )
    const before = names
    names = files.map(({ name }) => name).join('/')
    if (attempt > 1 && (names === before || attempt === LISTING_ATTEMPTS)) return archivesOf(files)
  }
}

async function fileNames(folder: string, port: SnapshotFs): Promise<string[]> {
  try {
    const entries = await port.readdir(folder, { withFileTypes: true })
    return entries.filter((entry) => entry.isFile()).map(({ name }) => name)
  } catch (error) {
    throw cannotRead(folder, error)
  }
}

/** Puts the open file behind the archives, or in the place of the one that it is. Null if it is in the folder no more. */
async function withLive(
  { path, folder }: LogPath,
  archives: readonly Archive[],
  handle: FileHandle | null,
  port: SnapshotFs,
): Promise<Source[] | null> {
  if (handle === null) return null
  const live = await handle.stat({ bigint: true })
  const isLive = await Promise.all(
    archives.map(
      async (archive) =>
        archive.files[0]?.form === 'plain' &&
        isSameFile(live, await fileAt(join(folder, plainName(archive)), port)),
    ),
  )
  const place = isLive.indexOf(true)
  if (place === -1) {
    const isThere = (await handle.stat()).nlink > 0 || isSameFile(live, await fileAt(path, port)) // no count: FUSE
    if (!isThere) return null
  }
  const sources = archives.flatMap((archive, n): Source[] => {
    if (n === place) return [{ kind: 'rotated', archive, handle }]
    return isLive[n] === true ? [] : [{ kind: 'archive', archive }]
  })
  return place === -1 ? [...sources, { kind: 'live', archive: null, handle }] : sources
}

interface Identity {
  readonly dev: bigint
  readonly ino: bigint
}

function isSameFile(one: Identity, other: Identity | null): boolean {
  return one.dev === other?.dev && one.ino === other.ino
}

/** Null where there is no file. */
async function fileAt(path: string, port: SnapshotFs): Promise<Identity | null> {
  try {
    return await port.lstat(path, { bigint: true })
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw cannotRead(path, error)
  }
}
