// Takes turns: every contender once, then all again: A B A B. A slow moment of the machine then falls on all of
// them, not on one. Each run is a process of its own, which this can end at any time.

import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { CommandError, ExitCode } from '../errors.js'
import type { Scratch } from './folder.js'
import { CONTENDERS, type Answer, type Contender, type Figures, type Task, type Way } from './task.js'

const PROGRAM = fileURLToPath(new URL('./program.js', import.meta.url))
const ROUNDS = 5
/** No round begins later: then all ends within a minute. */
const LAST_ROUND_MS = 35_000
/** A run takes about two seconds. On a full disk a writer waits, for ever, for room. */
const PATIENCE_MS = 20_000

/** What was measured of a contender. */
export interface Outcome {
  readonly contender: Contender
  readonly runs: Figures[]
  /** Why it cannot work here. */
  unavailable: string | null
}

/** All that was measured. */
export interface Measurement {
  readonly outcomes: readonly Outcome[]
  readonly syncMs: readonly number[]
  readonly rounds: number
}

/** Measures everything, unless it is ended. */
export class Runner {
  readonly #scratch: Scratch
  readonly #lines: number
  readonly #onTurn: (round: number, rounds: number, name: string) => void
  #child: ChildProcess | null = null
  #isOver = false

  constructor(
    scratch: Scratch,
    lines: number,
    onTurn: (round: number, rounds: number, name: string) => void,
  ) {
    this.#scratch = scratch
    this.#lines = lines
    this.#onTurn = onTurn
  }

  /** Ends the process that measures; `measure` returns null. */
  end(): void {
    this.#isOver = true
    this.#child?.kill('SIGKILL')
  }

  /** @returns `null` if it was ended */
  async measure(): Promise<Measurement | null> {
    const outcomes: Outcome[] = CONTENDERS.map((contender) => ({ contender, runs: [], unavailable: null }))
    const syncMs: number[] = []
    const start = performance.now()
    let rounds = 0
    while (rounds < ROUNDS && (rounds === 0 || performance.now() - start < LAST_ROUND_MS)) {
      for (const outcome of outcomes) {
        if (outcome.unavailable !== null) continue
        const { name, way } = outcome.contender
        this.#onTurn(rounds + 1, ROUNDS, name)
        const answer = await this.#run(way, name)
        if (answer === null) return null
        if (answer.kind === 'unavailable') outcome.unavailable = answer.reason
        else outcome.runs.push(answer.figures)
      }
      this.#onTurn(rounds + 1, ROUNDS, 'fdatasync')
      const answer = await this.#run('fdatasync', 'fdatasync')
      if (answer === null) return null
      if (answer.kind === 'figures' && answer.figures.fdatasyncMs !== undefined) {
        syncMs.push(answer.figures.fdatasyncMs)
      }
      rounds++
    }
    return { outcomes, syncMs, rounds }
  }

  #wasEnded(): boolean {
    return this.#isOver
  }

  /** @throws CommandError if the run failed; the numbers of the others would be of no use */
  async #run(way: Way | 'fdatasync', name: string): Promise<Exclude<Answer, { kind: 'failed' }> | null> {
    if (this.#wasEnded()) return null
    const task: Task = { path: this.#scratch.log, way, lines: this.#lines }
    const child = fork(PROGRAM, [JSON.stringify(task)], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    this.#child = child
    const answers: Answer[] = []
    child.on('message', (message) => answers.push(message as Answer))
    let errors = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors += text))
    let isStuck = false
    const timer = setTimeout(() => {
      isStuck = true
      child.kill('SIGKILL')
    }, PATIENCE_MS)
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
    clearTimeout(timer)
    this.#child = null
    this.#scratch.empty()
    if (this.#wasEnded()) return null
    const [answer] = answers
    if (answer === undefined || answer.kind === 'failed') {
      const reason = answer?.reason ?? (isStuck ? STUCK : `it ended with ${signal ?? code}. ${errors.trim()}`)
      throw new CommandError(ExitCode.INCOMPLETE, `Could not measure '${name}': ${reason}`)
    }
    return answer
  }
}

const STUCK = `it did not end within ${PATIENCE_MS / 1000} s. Is the disk full, or does it not answer?`
