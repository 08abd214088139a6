// What the command says while it runs: the live line a few times per second on a terminal, and messages when the
// log stops taking lines and when it takes them again.

import type { BaseFileWriterThread, ChooseL2Error } from '../../index.js'
import type { Part, Style, Terminal } from '../terminal.js'
import { grouped, lines, seconds, size } from '../numbers.js'

const REDRAW_MS = 250
/** The rate is that of the last second: four redraws. */
const RATE_SAMPLES = 5
/** The writer retries at least once a second: without an error for longer, and lines written, it works again. */
const CALM_MS = 1500
/** A lasting problem is reported again this often. */
const REPEAT_MS = 60_000

/** How talkative the command is. */
export interface Talk {
  readonly live: boolean
  readonly quiet: boolean
}

interface Trouble {
  readonly since: number
  readonly writtenBefore: number
  lastError: number
  lastTold: number
}

/** Watches one writer and tells about it. */
export class StatusReporter {
  readonly #writer: BaseFileWriterThread
  readonly #terminal: Terminal
  readonly #talk: Talk
  readonly #samples: { at: number; bytes: number }[] = []
  #timer: NodeJS.Timeout
  #trouble: Trouble | null = null

  constructor(writer: BaseFileWriterThread, terminal: Terminal, talk: Talk) {
    this.#writer = writer
    this.#terminal = terminal
    this.#talk = talk
    this.#timer = setInterval(() => this.#tick(), REDRAW_MS).unref()
    // Node would print its warnings across the live line, with a process id nobody asked for.
    process.removeAllListeners('warning')
    process.on('warning', (warning) => this.#terminal.say(`choose-l2: ${warning.message}`, 'yellow'))
  }

  /** Says something that is not an error. */
  note(text: string, style?: Style): void {
    if (!this.#talk.quiet) this.#terminal.say(`choose-l2: ${text}`, style)
  }

  /** Says what went wrong. */
  complain(text: string): void {
    this.#terminal.say(`choose-l2: ${text}`, 'red')
  }

  /** The last word has been written or given up: no live line any more. */
  end(): void {
    clearInterval(this.#timer)
    this.#terminal.clear()
    if (this.#trouble !== null && this.#writer.metrics.getSnapshot().pending === 0) this.#recovered()
  }

  #tick(): void {
    this.#lookForRecovery()
    if (this.#talk.live) this.#terminal.show(this.#parts())
  }

  #parts(): Part[] {
    const { enqueued, pending, dropped, errors, bytesWritten } = this.#writer.metrics.getSnapshot()
    return [
      { text: lines(enqueued), importance: 6 },
      { text: size(bytesWritten), importance: 1 },
      { text: `${size(this.#rate(bytesWritten))}/s`, importance: 5 },
      { text: `${grouped(pending)} waiting`, importance: 4 },
      alarming(dropped, `${grouped(dropped)} dropped`, 'yellow', 3),
      alarming(errors, `${grouped(errors)} ${errors === 1 ? 'error' : 'errors'}`, 'red', 2),
    ]
  }

  /** Bytes written per second, over about the last second. */
  #rate(bytes: number): number {
    const now = performance.now()
    this.#samples.push({ at: now, bytes })
    if (this.#samples.length > RATE_SAMPLES) this.#samples.shift()
    const first = this.#samples[0]
    return first === undefined || first.at === now ? 0 : ((bytes - first.bytes) / (now - first.at)) * 1000
  }

  /** A write failed and is retried: says so, but not each time. */
  trouble(error: ChooseL2Error): void {
    const now = performance.now()
    this.#trouble ??= {
      since: now,
      writtenBefore: this.#writer.linesWritten,
      lastError: now,
      lastTold: -Infinity,
    }
    this.#trouble.lastError = now
    if (now - this.#trouble.lastTold < REPEAT_MS) return
    this.#trouble.lastTold = now
    this.complain(error.message)
  }

  #lookForRecovery(): void {
    const trouble = this.#trouble
    if (trouble === null || performance.now() - trouble.lastError < CALM_MS) return
    if (this.#writer.linesWritten > trouble.writtenBefore) this.#recovered()
  }

  #recovered(): void {
    if (this.#trouble === null) return
    const { since, lastError } = this.#trouble
    this.#trouble = null
    this.note(`Writing to ${this.#writer.path} works again, after ${seconds(lastError - since)}`)
  }
}

function alarming(number: number, text: string, style: 'yellow' | 'red', importance: number): Part {
  return number === 0 ? { text, importance } : { text, importance: importance + 5, style }
}
