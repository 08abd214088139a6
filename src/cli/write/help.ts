// The page of `choose-l2 write --help`.

import { describeFlags } from '../flags.js'
import { heading } from '../terminal.js'
import { COMMAND_FLAGS, FILE_FLAGS, WRITER_FLAGS } from './options.js'

/** The whole page. */
export function writeHelp(): string {
  return `choose-l2 write - writes standard input to a log file

${heading('Usage')}
  choose-l2 write [flags] <target>

  <target> is a path, - for standard output, or fd:3 for an open descriptor. The file is
  appended to; missing folders are created. Bytes go through as they are. Only a last line
  without a line end gets one. When the file cannot take the lines, reading stops and so the
  sender waits (--policy block); when the disk has room again, writing goes on by itself.

${heading('Examples')}
  node app.js | choose-l2 write app.log                  the usual case
  node app.js 2>&1 | choose-l2 write -i app.log          on Ctrl-C, wait for what the app says last
  node app.js | choose-l2 write --type line app.log      each line at once; see it with tail -f
  node app.js | choose-l2 write -p drop_oldest app.log   the app never waits; the newest lines stay
  zcat old.gz | choose-l2 write --json --quiet new.log   for scripts: numbers as JSON, no talk
  node app.js | tee /dev/stderr | choose-l2 write -q app.log   see the lines as well

${heading('Writing')}
${describeFlags(WRITER_FLAGS)}

${heading('The file')}
${describeFlags(FILE_FLAGS)}

${heading('The command')}
${describeFlags(COMMAND_FLAGS)}
  -h, --help                      this page

${heading('Signals')}
  SIGINT, SIGTERM and SIGHUP: what was read is written first, then the signal has its usual
  effect. A second signal ends at once. --grace is for the last words of the sender.

${heading('Exit codes')}
  0   every line is in the file
  1   lines were dropped by the policy or are not written yet; the summary tells how many
  2   a flag or value is wrong; no file was touched
  3   the log could not be opened
  4   standard input could not be read to its end; what was read is written
  128 + n   ended by signal n, after writing what was read
`
}
