// `choose-l2 top`: the subcommand and its command line. Looks at the queue files once a second and redraws the table in place.

import { setTimeout } from 'node:timers/promises'
import { createLogUpdate } from 'log-update'
import type { Command } from '../command.js'
import { ExitCode, UsageError } from '../errors.js'
import { readFlags } from '../flags.js'
import { inspect } from '../status/status.js'
import { topHelp } from './help.js'
import { History } from './history.js'
import { FLAGS, type TopSettings } from './options.js'
import { table } from './table.js'

const HELP = 'choose-l2 top --help'
const EVERY_MS = 1000

/** Every writer of a log or folder, live. */
export const top: Command = {
  name: 'top',
  summary: 'shows the writers of a log or folder, live',
  help: topHelp,
  run: async (args) => {
    const settings: TopSettings = { queueDir: null, once: false, json: false }
    const targets = readFlags(args, FLAGS, settings, HELP)
    const history = new History()
    const look = (): void => history.add(inspect(targets, settings.queueDir, HELP), performance.now())
    look()
    await setTimeout(EVERY_MS) // a rate needs two looks
    look()
    if (settings.json) process.stdout.write(`${JSON.stringify(history.rows)}\n`)
    else if (settings.once) process.stdout.write(`${table(history.rows, process.stdout)}\n`)
    else await redraw(history, look)
    return ExitCode.DONE
  },
}

/** Ends with the process: Ctrl-C. */
async function redraw(history: History, look: () => void): Promise<never> {
  if (!process.stdout.isTTY)
    throw new UsageError('Expected a terminal; use --once or --json for a pipe or a file', HELP)
  const update = createLogUpdate(process.stdout)
  for (;;) {
    update(table(history.rows, process.stdout))
    await setTimeout(EVERY_MS)
    look()
  }
}
