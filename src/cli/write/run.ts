// One run of `choose-l2 write` on an open log: read and write until the input ends or somebody ends it, write what
// is left, report. It puts the parts together; each of them knows nothing of the others.

import type { BaseFileWriterThread, ChooseL2Error } from '../../index.js'
import { CommandError, ExitCode } from '../errors.js'
import { Terminal } from '../terminal.js'
import { Feeder } from './feeder.js'
import { readInput, standardInput } from './input.js'
import { Interrupts } from '../interrupts.js'
import { LineAssembler } from '../../line-assembler.js'
import { lines } from '../numbers.js'
import type { Settings } from './options.js'
import { EndPatience } from './end-patience.js'
import { StatusReporter } from './status-reporter.js'
import { summarize, tell, type Summary } from './summary.js'
import { isShown } from './target.js'

const STDOUT = 1
/** After this long, somebody who pressed Ctrl-C wonders. */
const EXPLAIN_AFTER_MS = 1000
/** The grace is counted in steps, so that time in which the process is stopped does not count. */
const GRACE_STEP_MS = 50

/** Writes standard input to a log. */
export class Run {
  readonly #writer: BaseFileWriterThread
  readonly #target: string | number
  readonly #settings: Settings
  readonly #start: number = performance.now()
  #isReading = true
  /** Read no more. */
  readonly #enough = new AbortController()
  /** The log will never take anything again. */
  readonly #gone = new AbortController()
  readonly #reporter: StatusReporter
  readonly #patience: EndPatience
  readonly #feeder: Feeder
  readonly #assembler = new LineAssembler()
  readonly #interrupts: Interrupts

  constructor(writer: BaseFileWriterThread, target: string | number, settings: Settings) {
    const { quiet } = settings
    const terminal = new Terminal(process.stderr)
    this.#writer = writer
    this.#target = target
    this.#settings = settings
    this.#reporter = new StatusReporter(writer, terminal, {
      quiet,
      live: !quiet && terminal.canRedraw && !process.stdin.isTTY && !isShown(target),
    })
    this.#patience = new EndPatience(writer, settings.exitTimeout, this.#gone.signal)
    this.#feeder = new Feeder(writer, this.#patience, settings.writer)
    this.#interrupts = new Interrupts(
      settings.ignoreInterrupts,
      () => this.#beginEnd(),
      () => this.#giveUp(),
      [settings.writer.rotateOn ?? []].flat(),
    )
    writer.on('error', (error) => this.#onError(error))
    writer.on('recovered', ({ lines: left }) => {
      if (settings.writer.append === false) return // they went with all that was in the file
      this.#reporter.note(`${lines(left)} that an earlier run had left were put into the log`)
    })
  }

  /** Returns the exit code, unless a signal ends the process. */
  async untilItsEnd(): Promise<number> {
    const unreadable = await this.#read()
    this.#isReading = false
    await this.#interrupts.haveArrived()
    this.#patience.end()
    await this.#feeder.feed(this.#assembler.end())
    while ((await this.#patience.wait((ms) => this.#writer.stop(ms))) === 'waiting');
    const summary = this.#summary()
    this.#reporter.end()
    this.#tell(summary)
    const { signal } = this.#interrupts
    if (signal !== null) await this.#interrupts.endBySignal(signal)
    if (unreadable !== null) throw unreadable
    return summary.complete ? ExitCode.DONE : ExitCode.INCOMPLETE
  }

  /** Until the end of the input; an input that cannot be read does not keep what was read from the log. */
  async #read(): Promise<CommandError | null> {
    if (process.stdin.isTTY)
      this.#reporter.note('Reading from the terminal; Ctrl-D at the start of a line ends it')
    try {
      await readInput(
        standardInput(),
        (block) => this.#feeder.feed(this.#assembler.push(block)),
        this.#enough.signal,
      )
      return null
    } catch (error) {
      if (codeOf(error) === undefined) throw error
      const message = `Could not read standard input: ${(error as Error).message}`
      return new CommandError(ExitCode.NO_INPUT, message, { cause: error })
    }
  }

  /**
   * A signal came. A service manager sends it to the sender as well, which may still write for a while: reading goes on
   * until the end of the input, for some seconds. A terminal has no end.
   */
  #beginEnd(): void {
    const end = (): void => {
      this.#enough.abort()
      this.#patience.end()
    }
    let left = process.stdin.isTTY ? 0 : this.#settings.grace
    const step = setInterval(() => {
      left -= GRACE_STEP_MS
      if (left > 0) return
      clearInterval(step)
      setImmediate(end) // after one more look at the input, however late this timer is on a busy machine
    }, GRACE_STEP_MS)
    setTimeout(() => this.#explain(), EXPLAIN_AFTER_MS)
  }

  #explain(): void {
    const { pending } = this.#writer.metrics.getSnapshot()
    if (pending > 0) this.#reporter.note(`${lines(pending)} wait for the log; a second signal gives them up`)
    else if (this.#isReading)
      this.#reporter.note('Waiting for the sender to end; a second signal ends at once')
  }

  /** A second signal came. */
  #giveUp(): void {
    this.#reporter.end()
    this.#tell(this.#summary())
  }

  #onError(error: ChooseL2Error): void {
    if (error.code !== 'ERR_READER_GONE') return this.#reporter.trouble(error)
    this.#reporter.complain(`Nobody reads ${this.#writer.path} any more (${codeOf(error.cause)})`)
    this.#gone.abort()
    this.#enough.abort()
  }

  #summary(): Summary {
    return summarize({
      target: this.#writer.path,
      metrics: this.#writer.metrics.getSnapshot(),
      crashSafe: this.#writer.crashSafe,
      unsentLines: this.#feeder.unsentLines,
      cuts: this.#assembler.cuts,
      ms: performance.now() - this.#start,
      waitedMs: this.#feeder.waitedMs,
      signal: this.#interrupts.signal,
    })
  }

  #tell(summary: Summary): void {
    if (this.#settings.json) {
      const stream = this.#target === STDOUT ? process.stderr : process.stdout
      stream.on('error', () => {}) // nobody reads the numbers: the exit code still tells
      stream.write(`${JSON.stringify(summary)}\n`)
    }
    const { quiet, json } = this.#settings
    const isRed = summary.kept + summary.unwritten > 0
    if (!quiet && !json) this.#reporter.note(tell(summary), isRed ? 'red' : undefined)
    else if (isRed) this.#reporter.complain(tell(summary))
  }
}

/** The code of a system error. */
function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
}
