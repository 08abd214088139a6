// The flags of `choose-l2 archives`.

import type { Flag } from '../flags.js'
import { NAMING_FLAGS, RETENTION_FLAGS, type RotateSettings } from './rotate-flags.js'

/** What the command line says. */
export interface ArchivesSettings extends RotateSettings {
  /** Decompress to count lines. */
  lines: boolean
  json: boolean
}

/** How the command behaves. */
export const COMMAND_FLAGS: readonly Flag<ArchivesSettings>[] = [
  {
    name: 'lines',
    short: 'n',
    help: 'count the lines of compressed archives too; this decompresses them all',
    apply: (settings) => (settings.lines = true),
  },
  {
    name: 'json',
    help: 'print the list as one JSON object',
    apply: (settings) => (settings.json = true),
  },
]

/** All of them. */
export const FLAGS: readonly Flag<ArchivesSettings>[] = [
  ...NAMING_FLAGS,
  ...RETENTION_FLAGS,
  ...COMMAND_FLAGS,
]
