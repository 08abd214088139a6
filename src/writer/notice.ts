// Reports something that may happen a million times a second: the first time at once, then at most once in a
// while, with the number of times since. Runs on the thread of the writer's owner.

import { inLaterTurn, nextTick, now, setTimeout } from '../runtime.js'

/** Adds numbers up and reports the sum at most once every `everyMs`. */
export class Notice {
  readonly #everyMs: number
  readonly #tell: (count: number) => void
  #count = 0
  #isScheduled = false
  #lastTold = -Infinity

  constructor(everyMs: number, tell: (count: number) => void) {
    this.#everyMs = everyMs
    this.#tell = tell
  }

  /** Adds to the number; the notice comes in a later turn of the event loop. */
  add(count: number): void {
    this.#count += count
    if (this.#isScheduled) return
    nextTick(this.#schedule) // not here: see inLaterTurn
    this.#isScheduled = true
  }

  readonly #schedule = (): void => {
    const wait = this.#lastTold + this.#everyMs - now()
    const tell = (): void => inLaterTurn(() => this.#tellNow())
    if (wait <= 0) tell()
    else setTimeout(tell, wait).unref()
  }

  #tellNow(): void {
    const count = this.#count
    this.#count = 0
    this.#isScheduled = false
    this.#lastTold = now()
    this.#tell(count)
  }
}
