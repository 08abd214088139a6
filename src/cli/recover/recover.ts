// `choose-l2 recover`: the subcommand, its command line and its report.

import { existsSync } from 'node:fs'
import { ChooseL2Error, recover, type Recovery } from '../../index.js'
import type { Command } from '../command.js'
import { CommandError, ExitCode, UsageError } from '../errors.js'
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
    const recoveries = recoverTargets(targets, settings)
    process.stdout.write(
      settings.json ? `${JSON.stringify(recoveries)}\n` : report(recoveries, settings.dryRun),
    )
    const isDone = recoveries.every(({ outcome }) => outcome === 'recovered' || outcome === 'live')
    return isDone ? ExitCode.DONE : ExitCode.INCOMPLETE
  },
}

function recoverTargets(targets: readonly string[], { dryRun, queueDir }: RecoverSettings): Recovery[] {
  const options = queueDir === null ? { dryRun } : { dryRun, queueDir }
  try {
    for (const target of targets) {
      // A log that is gone may have left a queue. Without one, the path is most likely wrong.
      if (existsSync(target) || recover(target, { ...options, dryRun: true }).length > 0) continue
      throw new UsageError(
        `Expected a log or a folder, but '${target}' does not exist and has no queue`,
        HELP,
      )
    }
    return recover(targets, options)
  } catch (error) {
    if (!(error instanceof ChooseL2Error)) throw error
    if (error.code === 'ERR_INVALID_ARGUMENT') throw new UsageError(error.message, HELP)
    throw new CommandError(ExitCode.NO_LOG, error.message, { cause: error })
  }
}

function report(recoveries: readonly Recovery[], dryRun: boolean): string {
  if (recoveries.length === 0) return 'No queues were left behind.\n'
  return recoveries.map((recovery) => `${describe(recovery, dryRun)}\n`).join('')
}

function describe({ outcome, queue, log, lines, reason }: Recovery, dryRun: boolean): string {
  const count = counted(lines)
  switch (outcome) {
    case 'recovered':
      if (log === '') return `${queue}: empty, ${dryRun ? 'to be removed' : 'removed'}`
      return (
        (dryRun
          ? `${log}: ${count} to recover`
          : `${paint(process.stdout, 'green', log)}: ${count} recovered`) +
        (reason === undefined ? '' : `; ${reason}`)
      )
    case 'live':
      return `${queue}: its writer runs, left alone`
    case 'damaged':
      return `${paint(process.stdout, 'red', queue)}: ${dryRun ? 'damaged' : 'put aside as .corrupt'}, ${reason}`
    case 'refused':
      return `${paint(process.stdout, 'red', queue)}: not trusted and left alone: ${reason}`
    default:
      return `${paint(process.stdout, 'red', queue)}: not recovered, to be tried again: ${reason}`
  }
}
