// The page of `choose-l2 archives --help`.

import { describeFlags } from '../flags.js'
import { heading } from '../terminal.js'
import { COMMAND_FLAGS } from './options.js'
import { NAMING_FLAGS, RETENTION_FLAGS } from './rotate-flags.js'

/** The whole page. */
export function archivesHelp(): string {
  return `choose-l2 archives - lists a log and its archives

${heading('Usage')}
  choose-l2 archives [flags] <log>

  Lists the archives of a log, oldest first, and then the live file: period,
  size, lines, form and name. Nothing is changed. Only files with exactly the
  name of an archive count; links and folders do not. Lines are newlines. Those
  of a compressed archive are counted with --lines only.

  How the log rotates and what is kept is known from the application that wrote
  it last; flags stand in the place of its options.

${heading('Forms')}
  plain, gz, zst   as the archive is stored
  plain+gz         in both forms: a compression is about to finish, or was
                   interrupted; the lines are counted once
  plain+gz.tmp     a compression is in progress, or was interrupted; the
                   temporary file counts towards the size, as for retention

${heading('How the log rotates')}
${describeFlags(NAMING_FLAGS)}

${heading('What retention keeps')}
${describeFlags(RETENTION_FLAGS)}

  The list shows which archives retention would delete: those over the limits go
  when it runs next, and others when the live file rotates.

${heading('The command')}
${describeFlags(COMMAND_FLAGS)}
  -h, --help                      this page

${heading('Exit codes')}
  0   listed
  1   listed, but the lines of an archive could not be counted
  2   a flag or argument is wrong
  3   there is neither such a log nor an archive of it, or it cannot be read

${heading('Examples')}
  choose-l2 archives app.log
  choose-l2 archives --keep 10 --max-total 1GB app.log
  choose-l2 archives --json app.log | jq '.archives[].file'
`
}
