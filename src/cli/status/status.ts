// `choose-l2 status`: the subcommand, its command line and its report. For health checks: the exit code says whether somebody
// should look.

import { ChooseL2Error, inspectQueues, type QueueStatus } from '../../index.js'
import type { Command } from '../command.js'
import { CommandError, ExitCode, UsageError } from '../errors.js'
import { readFlags } from '../flags.js'
import { grouped, lines as counted, size } from '../numbers.js'
import { paint } from '../terminal.js'
import { statusHelp } from './help.js'
import { FLAGS, type StatusSettings } from './options.js'
import { printable, troubleOf } from './trouble.js'

const HELP = 'choose-l2 status --help'

/** Whether the writers of a log or folder are well. */
export const status: Command = {
  name: 'status',
  summary: 'says whether the writers of a log or folder are well',
  help: statusHelp,
  run: async (args) => {
    const settings: StatusSettings = { queueDir: null, json: false }
    const targets = readFlags(args, FLAGS, settings, HELP)
    const queues = inspect(targets, settings.queueDir, HELP)
    process.stdout.write(settings.json ? `${JSON.stringify(queues)}\n` : report(queues))
    return queues.some((queue) => troubleOf(queue) !== null) ? ExitCode.INCOMPLETE : ExitCode.DONE
  },
}

/** The queues of the targets, or of this folder. */
export function inspect(targets: readonly string[], queueDir: string | null, help: string): QueueStatus[] {
  try {
    return inspectQueues(targets.length === 0 ? ['.'] : targets, queueDir === null ? {} : { queueDir })
  } catch (error) {
    if (!(error instanceof ChooseL2Error)) throw error
    if (error.code === 'ERR_INVALID_ARGUMENT') throw new UsageError(error.message, help)
    throw new CommandError(ExitCode.NO_LOG, error.message, { cause: error })
  }
}

function report(queues: readonly QueueStatus[]): string {
  if (queues.length === 0)
    return 'No queue files: no writer with crash safety runs here, and none has left lines.\n'
  return queues.map((queue) => `${describe(queue)}\n`).join('')
}

function describe(queue: QueueStatus): string {
  const trouble = troubleOf(queue)
  const name = printable(queue.log === '' ? queue.queue : queue.log)
  const waiting = `${counted(queue.pending)} waiting (${size(queue.pendingBytes)})`
  const numbers = `process ${queue.pid}, ${grouped(queue.written)} written, ${waiting}, ${grouped(queue.dropped)} dropped`
  if (trouble === null)
    return `${paint(process.stdout, 'green', name)}: ${queue.log === '' ? 'empty' : numbers}`
  return `${paint(process.stdout, 'red', name)}: ${trouble}${queue.state === 'unreadable' ? '' : ` (${numbers})`}`
}
