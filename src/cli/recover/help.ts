// The page of `choose-l2 recover --help`.

import { describeFlags } from '../flags.js'
import { heading } from '../terminal.js'
import { FLAGS } from './options.js'

export function recoverHelp(): string {
  return `choose-l2 recover - writes a killed process's lines to its log

${heading('Usage')}
  choose-l2 recover [flags] <log or folder>...

  A writer keeps its queue in a hidden file beside the log. If its process is
  killed, the file stays, and the next writer for that log writes the remaining
  lines to it. This command does the same without an application: for a log by
  its path, or for every queue in a folder. Each line arrives exactly once. A
  queue whose writer runs is left alone, so it is always safe to run. Given a
  folder, it changes no log outside of it.

${heading('Flags')}
${describeFlags(FLAGS)}

${heading('Exit codes')}
  0   nothing is left to recover
  1   a queue was damaged and put aside; or could not be recovered, or was
      not trusted (of another user, a link, ...), and stayed where it was
  2   a flag or argument is wrong, or there is no such log or folder
  3   a folder could not be read; nothing was touched

${heading('Examples')}
  choose-l2 recover server.log
  choose-l2 recover --dry-run /var/log/app
  choose-l2 recover --json logs | jq '.[].lines'
`
}
