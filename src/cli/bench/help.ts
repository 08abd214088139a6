// The page of `choose-l2 bench --help`.

import { describeFlags } from '../flags.js'
import { heading } from '../terminal.js'
import { FLAGS } from './options.js'

export function benchHelp(): string {
  return `choose-l2 bench - measures the writers on this machine and disk

${heading('Usage')}
  choose-l2 bench [flags] [folder]

  Writes log lines to a temporary file in the folder (default: the current one):
  through each writer, one line at a time with fs.writeSync, and as ready
  blocks, which is the most that Node can do. Contenders take turns, and each
  run is a process of its own. It takes less than a minute and leaves nothing
  behind. Stop other busy programs, and measure where the log will be.

${heading('Flags')}
${describeFlags(FLAGS)}
  -h, --help                      this page

${heading('Exit codes')}
  0   measured
  1   something failed while it was measured, like a disk that became full
  2   a flag or argument is wrong, or the folder is not there
  3   the folder cannot be written in, or has too little room
  128 + n   ended by signal n, after taking the files away

${heading('Examples')}
  choose-l2 bench /var/log/app
  choose-l2 bench --json . | jq '.rows[] | [.name, .linesPerSecond.median]'
`
}
