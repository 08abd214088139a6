// The flags of `choose-l2 top`.

import type { Flag } from '../flags.js'
import { FLAGS as STATUS_FLAGS, type StatusSettings } from '../status/options.js'

/** What the command line says. */
export interface TopSettings extends StatusSettings {
  once: boolean
}

export const FLAGS: readonly Flag<TopSettings>[] = [
  {
    name: 'once',
    help: 'print the table once, after a second, and end',
    apply: (settings) => {
      settings.once = true
    },
  },
  ...STATUS_FLAGS,
]
