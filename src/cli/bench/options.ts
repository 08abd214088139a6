// The flags of `choose-l2 bench`.

import type { Flag } from '../flags.js'
import { count, ValueError } from '../values.js'

/** What the command line says. */
export interface BenchSettings {
  lines: number
  json: boolean
}

/** What a second of Node's fastest way to write them is about; more is for a machine that is faster. */
export const USUAL_LINES = 1_000_000
const FEWEST_LINES = 1000

export const FLAGS: readonly Flag<BenchSettings>[] = [
  {
    name: 'lines',
    short: 'n',
    value: 'lines',
    help: 'lines of a run, at most (1000000); a run sends for 1.2 s at most',
    apply: (settings, text) => {
      settings.lines = count(text)
      if (settings.lines < FEWEST_LINES) throw new ValueError(`to be at least ${FEWEST_LINES}`)
    },
  },
  {
    name: 'json',
    help: 'print the result as a JSON object',
    apply: (settings) => {
      settings.json = true
    },
  },
]
