// `choose-l2 archives`: the subcommand and its command line.

import type { Command } from '../command.js'
import { ExitCode } from '../errors.js'
import { readFlags } from '../flags.js'
import { Output } from '../output.js'
import { archivesHelp } from './help.js'
import { listLog } from './listing.js'
import { oneLog } from './log-path.js'
import { FLAGS, type ArchivesSettings } from './options.js'
import { report } from './report.js'
import { readRotate } from './rotate-flags.js'

const HELP = 'choose-l2 archives --help'

/** A log and its archives, as a list. */
export const archives: Command = {
  name: 'archives',
  summary: 'lists a log and its archives',
  help: archivesHelp,
  async run(args) {
    const settings: ArchivesSettings = { rotate: {}, lines: false, json: false }
    const targets = readFlags(args, FLAGS, settings, HELP)
    const log = oneLog(targets, HELP)
    const rotate = readRotate(settings, log, HELP)
    let isComplete = true
    const listing = await listLog(log, rotate, settings.lines, (file, error) => {
      isComplete = false
      process.stderr.write(`choose-l2: Could not count the lines of ${file}: ${(error as Error).message}\n`)
    })
    const text = settings.json
      ? `${JSON.stringify(listing)}\n`
      : report(listing, rotate.retention, process.stdout)
    const output = new Output(process.stdout)
    await output.write(Buffer.from(text))
    return isComplete ? ExitCode.DONE : ExitCode.INCOMPLETE
  },
}
