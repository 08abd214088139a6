// The page of `choose-l2 write --help`.

import { describeFlags } from '../flags.js'
import { heading } from '../terminal.js'
import { COMMAND_FLAGS, FILE_FLAGS, WRITER_FLAGS } from './options.js'
import { ROTATION_FLAGS } from './rotation-flags.js'

/** The whole page. */
export function writeHelp(): string {
  return `choose-l2 write - writes standard input to a log file

${heading('Usage')}
  choose-l2 write [flags] <target>

  <target> is a path, - for standard output, or fd:3 for an open descriptor. The
  file is appended to; missing folders are created. Bytes are not changed; only
  a last line without a line end gets one. When the file cannot take the lines,
  reading stops and so the sender waits (--policy block). When the disk has room
  again, writing continues by itself.

${heading('Examples')}
  The usual case:
    node app.js | choose-l2 write app.log
  On Ctrl-C, wait for the last lines of the application:
    node app.js 2>&1 | choose-l2 write -i app.log
  Each line at once, to see it with tail -f:
    node app.js | choose-l2 write --type line app.log
  The application never waits; the newest lines survive:
    node app.js | choose-l2 write -p drop_oldest app.log
  A new file every day or at 100 MB, two weeks of them, compressed:
    node app.js | choose-l2 write -r 'day 100MB' --max-age 14d -z gzip app.log
  For scripts, numbers as JSON and no other output:
    zcat old.gz | choose-l2 write --json --quiet new.log
  See the lines as well:
    node app.js | tee /dev/stderr | choose-l2 write -q app.log

${heading('Writing')}
${describeFlags(WRITER_FLAGS)}

${heading('The file')}
${describeFlags(FILE_FLAGS)}

${heading('Files over time')}
${describeFlags(ROTATION_FLAGS)}

${heading('The command')}
${describeFlags(COMMAND_FLAGS)}
  -h, --help                      this page

${heading('Signals')}
  SIGINT, SIGTERM and SIGHUP: what was read is written first, then the signal
  has its usual effect. With --rotate, SIGHUP begins a new file instead, as
  SIGALRM does. A second signal ends the command at once. --grace is for
  the last lines of the sender.

${heading('Exit codes')}
  0   every line is in the file
  1   lines were dropped by the policy or are not written yet; the summary says
      how many
  2   a flag or value is wrong; no file was touched
  3   the log could not be opened
  4   standard input could not be read to its end; what was read is written
  128 + n   ended by signal n, after writing what was read
`
}
