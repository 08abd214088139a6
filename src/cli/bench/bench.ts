// `choose-l2 bench`: the subcommand, its command line, and its end: whatever happens, the files are gone.

import type { Command } from '../command.js'
import { ExitCode, UsageError } from '../errors.js'
import { readFlags } from '../flags.js'
import { Interrupts } from '../interrupts.js'
import { Terminal } from '../terminal.js'
import { checkFolder, Scratch } from './folder.js'
import { benchHelp } from './help.js'
import { FLAGS, USUAL_LINES, type BenchSettings } from './options.js'
import { report } from './report.js'
import { resultOf } from './result.js'
import { Runner } from './runner.js'

const HELP = 'choose-l2 bench --help'

/** The speed of the writers here. */
export const bench: Command = {
  name: 'bench',
  summary: 'measures the writers on this machine and disk',
  help: benchHelp,
  async run(args) {
    const settings: BenchSettings = { lines: USUAL_LINES, json: false }
    const [folder = '.', ...more] = readFlags(args, FLAGS, settings, HELP)
    if (more.length > 0) throw new UsageError(`Expected one folder, got also '${more.join("' '")}'`, HELP)
    return measureIn(checkFolder(folder, settings.lines, HELP), settings)
  },
}

async function measureIn(folder: string, { lines, json }: BenchSettings): Promise<number> {
  const terminal = new Terminal(process.stderr)
  // Before there is something to take away. Handlers run between the steps of this function, never inside of one.
  const interrupts = new Interrupts(
    false,
    () => runner.end(),
    () => scratch.remove(),
  )
  const scratch = new Scratch(folder)
  const runner = new Runner(scratch, lines, (round, rounds, name) => {
    if (terminal.canRedraw) terminal.show([{ text: `round ${round} of ${rounds}: ${name}`, importance: 1 }])
  })
  try {
    const measurement = await runner.measure()
    if (measurement !== null) {
      const result = resultOf(measurement, folder, lines)
      terminal.clear()
      process.stdout.on('error', () => {}) // nobody reads it
      process.stdout.write(json ? `${JSON.stringify(result)}\n` : report(result, process.stdout))
    }
  } finally {
    terminal.clear()
    scratch.remove()
  }
  if (interrupts.signal !== null) await interrupts.endBySignal(interrupts.signal)
  return ExitCode.DONE
}
