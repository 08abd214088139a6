// Signals while the command runs. The first one asks for the end: what was read gets written, and afterwards the
// signal has its usual effect. The second one has it at once.

import { setImmediate } from 'node:timers/promises'

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

/** Listens to the signals that ask a process to end. */
export class Interrupts {
  readonly #onFirst: (signal: NodeJS.Signals) => void
  readonly #ignoresInterrupts: boolean
  readonly #onSecond: () => void
  readonly #signals: readonly NodeJS.Signals[]
  #first: NodeJS.Signals | null = null

  /**
   * @param onSecond the last chance to say something
   * @param others signals that mean something else
   */
  constructor(
    ignoresInterrupts: boolean,
    onFirst: (signal: NodeJS.Signals) => void,
    onSecond: () => void,
    others: readonly NodeJS.Signals[] = [],
  ) {
    this.#signals = SIGNALS.filter((signal) => !others.includes(signal))
    this.#ignoresInterrupts = ignoresInterrupts
    this.#onFirst = onFirst
    this.#onSecond = onSecond
    for (const signal of this.#signals) process.on(signal, this.#onSignal)
  }

  /** The signal that ended the command, if one did. */
  get signal(): NodeJS.Signals | null {
    return this.#first
  }

  /**
   * Resolves when signals that came before this call have been delivered. The event loop may hear of the end of
   * the input first, although the sender ended by that signal; the next look at its events brings both.
   */
  async haveArrived(): Promise<void> {
    await setImmediate() // the end of this turn of the event loop
    await setImmediate() // and of a whole one
  }

  /** Ends the process the way the signal would have; the promise is never settled. */
  endBySignal(signal: NodeJS.Signals): Promise<never> {
    for (const name of this.#signals) process.off(name, this.#onSignal)
    process.kill(process.pid, signal)
    return new Promise(() => setInterval(() => {}, 1000)) // it comes with the next turn of the event loop
  }

  #onSignal = (signal: NodeJS.Signals): void => {
    if (signal === 'SIGINT' && this.#ignoresInterrupts) return
    if (this.#first !== null) {
      this.#onSecond()
      void this.endBySignal(signal)
      return
    }
    this.#first = signal
    this.#onFirst(signal)
  }
}
