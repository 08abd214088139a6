// `choose-l2 bench`: how fast is it here? All contenders take turns, so that a slow moment of the machine falls on all
// of them. Each run is a process of its own. However it ends, its files are gone.

import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Command } from '../command.js'
import { CommandError, ExitCode, UsageError } from '../errors.js'
import { describeFlags, readFlags, type Flag } from '../flags.js'
import { Interrupts } from '../interrupts.js'
import { size } from '../numbers.js'
import { heading, Terminal } from '../terminal.js'
import { count, ValueError } from '../values.js'
import { CONTENDERS, LINE_BYTES, measureOnce, type RunAnswer, type Task, type Way } from './measure.js'
import { report, resultOf, type Outcome, type Result } from './report.js'

const HELP = 'choose-l2 bench --help'
/** The first argument of the process of a run; its task follows. */
const ONE_RUN = '--one-run'
const ROUNDS = 5
/** The writers need about a tenth of a second for them; other machines may be faster. */
const USUAL_LINES = 1_000_000
const FEWEST_LINES = 1000
/** A run takes two seconds. On a full disk a writer waits for room without end. */
const PATIENCE_MS = 20_000
/** For a mapped window, a queue file and the lines before the clock starts. */
const MORE_BYTES = 40 * 1024 * 1024

interface Settings {
  lines: number
  json: boolean
}

const FLAGS: readonly Flag<Settings>[] = [
  {
    name: 'lines',
    short: 'n',
    value: 'lines',
    help: 'lines of a run, at most (1000000); a run sends for at most 1.2 s',
    apply: (settings, text) => {
      settings.lines = count(text)
      if (settings.lines < FEWEST_LINES) throw new ValueError(`to be at least ${FEWEST_LINES}`)
    },
  },
  {
    name: 'json',
    help: 'print the result as a JSON object',
    apply: (settings) => {
      settings.json = true
    },
  },
]

const help = (): string => `choose-l2 bench - measures the writers on this machine and disk

${heading('Usage')}
  choose-l2 bench [flags] [folder]

  Fills a temporary file in the folder (default: the current one) through each
  writer, with fs.writeSync for each line, and with ready blocks, which is the
  most that Node can do. It takes about a minute and leaves nothing behind.
  Stop other busy programs first.

${heading('Flags')}
${describeFlags(FLAGS)}
  -h, --help                      this page

${heading('Exit codes')}
  0   measured
  1   a run failed, for example because the disk became full
  2   a flag or argument is wrong
  3   the folder cannot be written to, or has too little room
  128 + n   ended by signal n
`

/** The speed of the writers here. */
export const bench: Command = {
  name: 'bench',
  summary: 'measures the writers on this machine and disk',
  help,
  async run(args) {
    const [first, task] = args
    if (first === ONE_RUN && task !== undefined && process.connected) {
      await measureOnce(JSON.parse(task) as Task)
      return ExitCode.DONE
    }
    const settings: Settings = { lines: USUAL_LINES, json: false }
    const [folder = '.', ...more] = readFlags(args, FLAGS, settings, HELP)
    if (more.length > 0) throw new UsageError(`Expected one folder, got also '${more.join("' '")}'`, HELP)
    return measureAll(resolve(folder), settings)
  },
}

async function measureAll(folder: string, { lines, json }: Settings): Promise<number> {
  const terminal = new Terminal(process.stderr)
  let child: ChildProcess | null = null
  // Before there is something to remove. Handlers run between the steps of this function.
  const interrupts = new Interrupts(
    false,
    () => child?.kill('SIGKILL'),
    () => remove(),
  )
  const scratch = scratchIn(folder, lines)
  const remove = (): void => rmSync(scratch, { recursive: true, force: true, maxRetries: 3 })
  try {
    const outcomes = new Map<Way, Outcome>()
    for (const { round, way } of turns()) {
      const before = outcomes.get(way) ?? []
      if (typeof before === 'string' || interrupts.signal !== null) continue
      const text = `round ${round} of ${ROUNDS}: ${CONTENDERS[way]}`
      if (terminal.canRedraw) terminal.show([{ text, importance: 1 }])
      const task: Task = { way, path: join(scratch, 'bench.log'), lines }
      child = fork(process.argv[1] ?? '', ['bench', ONE_RUN, JSON.stringify(task)], { silent: true })
      const answer = await answerOf(child)
      rmSync(task.path, { force: true })
      if (interrupts.signal !== null) continue
      outcomes.set(way, 'figures' in answer ? [...before, answer.figures] : reasonOf(way, answer))
    }
    terminal.clear()
    if (interrupts.signal === null) print(resultOf(folder, outcomes), json)
  } finally {
    terminal.clear()
    remove()
  }
  if (interrupts.signal !== null) await interrupts.endBySignal(interrupts.signal)
  return ExitCode.DONE
}

function turns(): { readonly round: number; readonly way: Way }[] {
  const ways = Object.keys(CONTENDERS) as Way[]
  return Array.from({ length: ROUNDS }, (_, n) => ways.map((way) => ({ round: n + 1, way }))).flat()
}

function print(result: Result, json: boolean): void {
  process.stdout.on('error', () => {}) // nobody reads it
  process.stdout.write(json ? `${JSON.stringify(result)}\n` : report(result, process.stdout))
}

function scratchIn(folder: string, lines: number): string {
  try {
    const { bavail, bsize } = statfsSync(folder)
    const [free, needed] = [bavail * bsize, lines * LINE_BYTES + MORE_BYTES]
    if (free >= needed) return mkdtempSync(join(folder, '.choose-l2-bench-'))
    throw new Error(`expected ${size(needed)} of free space, got ${size(free)}`)
  } catch (error) {
    const reason = (error as Error).message
    throw new CommandError(ExitCode.NO_LOG, `Cannot write to ${folder}: ${reason}`, { cause: error })
  }
}

async function answerOf(child: ChildProcess): Promise<RunAnswer> {
  let answer: RunAnswer = { failure: 'it gave no answer', code: undefined }
  child.on('message', (message) => (answer = message as RunAnswer))
  child.stderr
    ?.setEncoding('utf8')
    .on('data', (text: string) => (answer = { failure: text, code: undefined }))
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
  await once(child, 'close')
  clearTimeout(timer)
  return answer
}

/** Why the contender does not work here. Throws if it should have worked: the figures of the others are worth nothing. */
function reasonOf(way: Way, { failure, code }: { readonly failure: string; readonly code: unknown }): string {
  // Without the name of the temporary file, and the advice to take another writer.
  if (code === 'ERR_MMAP_UNAVAILABLE') return /through memory: (.+?)\. Use /.exec(failure)?.[1] ?? failure
  throw new CommandError(ExitCode.INCOMPLETE, `Could not measure '${CONTENDERS[way]}': ${failure.trim()}`)
}
