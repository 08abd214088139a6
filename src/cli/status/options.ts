// The flags of `choose-l2 status`.

import type { Flag } from '../flags.js'

/** What the command line says. */
export interface StatusSettings {
  queueDir: string | null
  json: boolean
}

export const FLAGS: readonly Flag<StatusSettings>[] = [
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
