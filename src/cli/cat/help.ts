// The page of `choose-l2 cat --help`.

import { NAMING_FLAGS } from '../archives/rotate-flags.js'
import { describeFlags } from '../flags.js'
import { heading } from '../terminal.js'
import { RANGE_FLAGS } from './options.js'

/** The whole page. */
export function catHelp(): string {
  return `choose-l2 cat - prints a log with its archives

${heading('Usage')}
  choose-l2 cat [flags] <log>

  Prints the archives of a log, oldest first, and then the live file, as it is
  when its turn comes. Compressed archives are decompressed: gzip always, zstd
  with Node.js 22.15 or newer. Each line is printed once, even if the log
  rotates or an archive is compressed meanwhile. Only files with exactly the
  name of an archive count; links, folders and temporary files do not. Bytes are
  not changed, but a file that ends within a line gets a line end if another one
  follows, and NULs at the end of the live file are left out: a memory-mapped
  log ends in them.

${heading('What to print')}
${describeFlags(RANGE_FLAGS)}

  A time is 2026-11, 2026-W47, 2026-11-22, 2026-11-22T10, 2026-11-22T10:30 or
  2026-11-22T10:30:00Z; without a zone, it is in local time, or with --utc in
  UTC. Files are printed as a whole, chosen by the period in their name. With
  --interval, an archive ends with its period. Without, it may have gone on, so
  it ends with its last write. --since never leaves out the live file.

${heading('How the log rotates')}
${describeFlags(NAMING_FLAGS)}

${heading('The command')}
  -h, --help                      this page

${heading('Exit codes')}
  0   printed, or the reader has enough (| head)
  1   a file could not be read to its end, or the output could not be written
  2   a flag or argument is wrong
  3   there is neither such a log nor an archive of it, or it cannot be read;
      nothing was printed
  128 + n   ended by signal n

${heading('Examples')}
  choose-l2 cat app.log | grep ERROR
  choose-l2 cat --interval day --since 2026-11-20 --until 2026-11-22 app.log
`
}
