// Which archives go: by number, age, total size and free space. Pure: it is given what is in the folder and the time, and
// answers with names, the oldest first. The live file is never among them.

import { byAge, keyOf, type ArchiveName } from './archive-names.js'
import { endOf, type Schedule } from './calendar.js'

/** How long archives are kept. `Infinity`: no such limit. */
export interface RetentionLimits {
  /** Number of archives. */
  readonly keep: number
  /** Milliseconds since the end of an archive's period. */
  readonly maxAge: number
  /** Bytes of all archives, temporary files and the live file. */
  readonly maxTotal: number
  /** Bytes that must stay free on the disk; 0: no such limit. */
  readonly minFree: number
}

/** A file of an archive, and how large it is. */
export interface ArchiveFile extends ArchiveName {
  readonly bytes: number
  /** When it was written to last, in milliseconds since 1970: the end of what has no period in its name. */
  readonly modified: number
}

/** What the decision depends on. */
export interface RetentionState {
  readonly archives: readonly ArchiveFile[]
  readonly liveBytes: number
  /** Bytes that are free on the disk; read only if `minFree` is set. */
  readonly freeBytes: number
  /** Milliseconds since 1970. */
  readonly now: number
}

/** One archive with all its files: plain and compressed, where a compression is in progress or was interrupted. */
interface Archive {
  readonly files: readonly ArchiveFile[]
  readonly bytes: number
  readonly end: number
}

/** Names of the files to delete, the oldest first. */
export function expiredArchives(
  limits: RetentionLimits,
  schedule: Schedule,
  { archives, liveBytes, freeBytes, now }: RetentionState,
): string[] {
  const all = together(archives, schedule)
  let total = all.reduce((sum, { bytes }) => sum + bytes, liveBytes)
  let free = freeBytes
  let left = all.length
  const names: string[] = []
  for (const { files, bytes, end } of all) {
    const isKept =
      left <= limits.keep && now - end <= limits.maxAge && total <= limits.maxTotal && free >= limits.minFree
    // The rest is younger. An age that the clock cannot be right about must not protect what is older by name.
    if (isKept) break
    names.push(...files.map(({ name }) => name))
    total -= bytes
    free += bytes
    left--
  }
  return names
}

/** The archives that should be compressed now, the oldest first: all plain ones but the newest `keepPlain`. */
export function archivesToCompress(archives: readonly ArchiveName[], keepPlain: number): string[] {
  const plain = archives.filter(({ form }) => form === 'plain').toSorted(byAge)
  return plain.slice(0, Math.max(0, plain.length - keepPlain)).map(({ name }) => name)
}

function together(files: readonly ArchiveFile[], schedule: Schedule): Archive[] {
  const groups = new Map<string, ArchiveFile[]>()
  for (const file of files.toSorted(byAge)) {
    const key = keyOf(file)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [file])
    else group.push(file)
  }
  return [...groups.values()].map((files) => {
    const { period, modified } = files[0] as ArchiveFile // no group is empty
    return {
      files,
      bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
      end: period === null ? modified : endOf(schedule, period),
    }
  })
}
