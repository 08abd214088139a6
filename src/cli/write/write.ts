// `choose-l2 write`: the subcommand and its command line.

import type { Command } from '../command.js'
import { UsageError } from '../errors.js'
import { readFlags } from '../flags.js'
import { writeHelp } from './help.js'
import { defaultSettings, FLAGS } from './options.js'
import { Run } from './run.js'
import { isInput, openWriter, readTarget } from './target.js'

const HELP = 'choose-l2 write --help'

/** Standard input into a log. */
export const write: Command = {
  name: 'write',
  summary: 'writes standard input to a log file',
  help: writeHelp,
  async run(args) {
    const settings = defaultSettings()
    const [text, ...more] = readFlags(args, FLAGS, settings, HELP)
    if (text === undefined || text === '') {
      throw new UsageError('Expected the path of a log, got nothing', HELP)
    }
    if (more.length > 0) throw new UsageError(`Expected one path, got also '${more.join("' '")}'`, HELP)
    const target = readTarget(text)
    if (isInput(target)) {
      throw new UsageError(`Expected a log other than the input, got '${text}'`, HELP)
    }
    return new Run(openWriter(target, settings, HELP), target, settings).untilItsEnd()
  },
}
