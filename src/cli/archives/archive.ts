// One archive with all its files. It has more than one while it is compressed, and after a compression that was interrupted.

import { byAge, keyOf, type ArchiveName } from '../../log/rotation/archive-names.js'
import type { Period } from '../../log/rotation/calendar.js'

/** An archive, by its period and number. */
export interface Archive<File extends ArchiveName = ArchiveName> {
  /** `2026-11-22.1`, or `1`; no two archives of a log have the same. */
  readonly id: string
  /** Null: it has only a number. */
  readonly period: Period | null
  readonly sequence: number
  /** The plain file first. Never empty. */
  readonly files: readonly File[]
}

/** Puts the files of each archive together, the oldest archive first. */
export function archivesOf<File extends ArchiveName>(files: readonly File[]): Archive<File>[] {
  const found = new Map<string, File[]>()
  for (const file of files.toSorted(byAge)) {
    const id = keyOf(file)
    const others = found.get(id)
    if (others === undefined) found.set(id, [file])
    else others.push(file)
  }
  return [...found].map(([id, files]) => {
    const { period, sequence } = files[0] as File // none is empty
    return { id, period, sequence, files }
  })
}

/** The name of an archive's plain file, whether or not it is there. */
export function plainName({ files: [first] }: Archive): string {
  const { name = '', form = 'plain' } = first ?? {}
  return form === 'plain' ? name : name.slice(0, name.lastIndexOf(`.${form}`))
}
