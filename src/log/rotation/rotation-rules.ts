// The rules of one log (holder-parts.ts) from its options: what LogHolder asks when it decides and when it names an archive.

import { archivesAmong, nextArchiveName, shiftedNames, type Naming } from './archive-names.js'
import { nextBoundary } from './calendar.js'
import type { RotationRules } from './holder-parts.js'
import type { Rotate } from './rotate-options.js'

/** The naming of a log's archives. */
export function namingOf(
  { keepsExtension, naming }: Pick<Rotate, 'keepsExtension' | 'naming'>,
  log: string,
): Naming {
  return { log, keepsExtension, isNumbered: naming === 'numbered' }
}

/**
 * The rules of a log.
 * @param log - the name of the live file, without a folder
 */
export function rotationRules(
  rotate: Pick<Rotate, 'schedule' | 'maxBytes' | 'keepsExtension' | 'naming'>,
  log: string,
  files: Pick<RotationRules, 'fileMode' | 'syncsFolder' | 'header'>,
): RotationRules {
  const { schedule, maxBytes } = rotate
  const naming = namingOf(rotate, log)
  return {
    ...files,
    maxBytes,
    nextBoundary: (periodStart) => nextBoundary(schedule, periodStart),
    nextName: (names, periodStart) => nextArchiveName(naming, schedule, names, periodStart),
    shiftedNames: (names) => shiftedNames(naming, names),
    isArchive: (name) => archivesAmong(naming, [name])[0]?.form === 'plain',
  }
}
