// Telling something that may happen a million times a second: the first time at once, then at most once in a
// while, with the number of times since. Runs on the thread of the writer's owner.

import { now, setImmediate, setTimeout } from '../runtime.js'

/** Gathers a number and tells it at most once every `everyMs`. */
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

  /** Adds to what is to be told; it is told in a later turn of the event loop. */
  add(count: number): void {
    this.#count += count
    if (this.#isScheduled) return
    this.#isScheduled = true
    const wait = this.#lastTold + this.#everyMs - now()
    if (wait <= 0) setImmediate(() => this.#tellNow())
    else setTimeout(() => setImmediate(() => this.#tellNow()), wait).unref()
  }

  #tellNow(): void {
    const count = this.#count
    this.#count = 0
    this.#isScheduled = false
    this.#lastTold = now()
    this.#tell(count)
  }
}
