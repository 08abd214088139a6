// The page of `choose-l2 top --help`.

import { describeFlags } from '../flags.js'
import { heading } from '../terminal.js'
import { FLAGS } from './options.js'

export function topHelp(): string {
  return `choose-l2 top - shows the writers of a log or folder, live

${heading('Usage')}
  choose-l2 top [flags] [log or folder]...

  One line for each queue file, by default in this folder: how many lines and
  bytes its writer writes, how many wait and how full the queue is, what was
  dropped, what failed, and the rate of the last minute. It reads the queue
  files only, so it works while a process is stuck, stopped or dead. Ctrl-C
  ends it.

${heading('Flags')}
${describeFlags(FLAGS)}

${heading('Examples')}
  choose-l2 top /var/log/app
  choose-l2 top --json server.log | jq '.[].linesPerSecond'
`
}
