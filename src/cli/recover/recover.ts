// `choose-l2 recover`: the subcommand, its command line and its report.

import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { recover, type Recovery } from '../../index.js'
import type { Command } from '../command.js'
import { ExitCode, UsageError } from '../errors.js'
import { readFlags } from '../flags.js'
import { lines as counted } from '../numbers.js'
import { paint } from '../terminal.js'
import { recoverHelp } from './help.js'
import { FLAGS, type RecoverSettings } from './options.js'

const HELP = 'choose-l2 recover --help'

/** Queues of killed processes into their logs. */
export const recoverCommand: Command = {
  name: 'recover',
  summary: "writes a killed process's remaining lines to its log",
  help: recoverHelp,
  run: async (args) => {
    const settings: RecoverSettings = { dryRun: false, json: false, queueDir: null }
    const targets = readFlags(args, FLAGS, settings, HELP)
    if (targets.length === 0) throw new UsageError('Expected a log or a folder, got nothing', HELP)
    for (const target of targets) {
      // The log itself may not exist yet, or no longer.
      if (!existsSync(target) && !existsSync(dirname(target))) {
        throw new UsageError(`Expected a log or a folder, got '${target}', which is not there`, HELP)
      }
    }
    const { dryRun, queueDir } = settings
    const recoveries = recover(targets, queueDir === null ? { dryRun } : { dryRun, queueDir })
    process.stdout.write(settings.json ? `${JSON.stringify(recoveries)}\n` : report(recoveries, dryRun))
    const isDone = recoveries.every(({ outcome }) => outcome === 'recovered' || outcome === 'live')
    return isDone ? ExitCode.DONE : ExitCode.INCOMPLETE
  },
}

function report(recoveries: readonly Recovery[], dryRun: boolean): string {
  if (recoveries.length === 0) return 'No queues were left behind.\n'
  return recoveries.map((recovery) => `${describe(recovery, dryRun)}\n`).join('')
}

function describe({ outcome, queue, log, lines, reason }: Recovery, dryRun: boolean): string {
  const count = counted(lines)
  switch (outcome) {
    case 'recovered':
      return dryRun
        ? `${log}: ${count} to recover`
        : `${paint(process.stdout, 'green', log)}: ${count} recovered`
    case 'live':
      return `${queue}: its writer runs, left alone`
    case 'damaged':
      return `${paint(process.stdout, 'red', queue)}: ${dryRun ? 'damaged' : 'put aside as .corrupt'}, ${reason}`
    default:
      return `${paint(process.stdout, 'red', queue)}: not recovered, to be tried again: ${reason}`
  }
}
