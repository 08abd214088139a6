import { nextTick, now, setTimeout } from '../runtime.js'
// Telling something that may happen a million times a second: the first time at once, then at most once in a
// while, with the number of times since. Runs on the thread of the writer's owner.

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

  /** Adds to what is to be told; it is told after the current tick at the earliest. */
  add(count: number): void {
    this.#count += count
    if (this.#isScheduled) return
    this.#isScheduled = true
    const wait = this.#lastTold + this.#everyMs - now()
    if (wait <= 0) nextTick(() => this.#tellNow())
    else setTimeout(() => this.#tellNow(), wait).unref()
  }

  #tellNow(): void {
    const count = this.#count
    this.#count = 0
    this.#isScheduled = false
    this.#lastTold = now()
    this.#tell(count)
  }
}
