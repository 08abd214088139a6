// The flags of `choose-l2 recover`.

import type { Flag } from '../flags.js'

/** What the command line says. */
export interface RecoverSettings {
  dryRun: boolean
  json: boolean
  queueDir: string | null
}

export const FLAGS: readonly Flag<RecoverSettings>[] = [
  {
    name: 'dry-run',
    short: 'n',
    help: 'only say what would be recovered',
    apply: (settings) => {
      settings.dryRun = true
    },
  },
  {
    name: 'queue-dir',
    value: 'FOLDER',
    help: 'where the queues are, if the writers have the option queueDir',
    apply: (settings, text) => {
      settings.queueDir = text
    },
  },
  {
    name: 'json',
    help: 'print the result as a JSON array',
    apply: (settings) => {
      settings.json = true
    },
  },
]
