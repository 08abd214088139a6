// The page of `choose-l2 status --help`.

import { describeFlags } from '../flags.js'
import { heading } from '../terminal.js'
import { FLAGS } from './options.js'

export function statusHelp(): string {
  return `choose-l2 status - says whether the writers of a log or folder are well

${heading('Usage')}
  choose-l2 status [flags] [log or folder]...

  Reads the queue files of running and of killed writers, by default in this
  folder. It changes nothing, takes no lock, and does not need the writer to
  answer: it works while a process is stuck or stopped. Writers without crash
  safety have no queue file, so they are not seen.

${heading('Flags')}
${describeFlags(FLAGS)}

${heading('Exit codes')}
  0   all is well, or there is no writer
  1   somebody should look: lines of a killed process wait, a process is
      stopped, writes fail, or a queue file cannot be read
  2   a flag or argument is wrong
  3   a folder could not be read

${heading('Examples')}
  choose-l2 status /var/log/app
  choose-l2 status --json server.log | jq '.[].pending'
`
}
