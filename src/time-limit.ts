// A time limit that counts only time without progress: a slow reader is not a dead one. A waiting thread looks at it at
// least every SLICE_MS. A longer gap between two looks means that the thread could not run: the process was
// stopped, or stood in a debugger. Such a gap counts as one slice.

import { now } from './runtime.js'

/** Longest single sleep of a thread that waits for another one: how soon its death is noticed. */
export const SLICE_MS = 50
/** What a gap between two looks counts, at most: two slices, as a busy machine delays a thread. */
const MOST_COUNTED_MS = 100

/** How long a wait may go on. */
export interface Limit {
  /** Milliseconds that are left; 0 or less = the limit has passed. */
  left(): number
}

/** A limit that starts again whenever there is progress. */
export class TimeLimit implements Limit {
  readonly #ms: number
  readonly #progress: () => number
  #lastProgress: number
  #lastLook: number
  #usedMs = 0

  /**
   * @param ms without progress; Infinity = no limit
   * @param progress a number that changes with every step; default: there is never any progress
   */
  constructor(ms: number, progress: () => number = () => 0) {
    this.#ms = ms
    this.#progress = progress
    this.#lastProgress = progress()
    this.#lastLook = now()
  }

  left(): number {
    const at = now()
    const progress = this.#progress()
    if (progress === this.#lastProgress) this.#usedMs += Math.min(at - this.#lastLook, MOST_COUNTED_MS)
    else this.#usedMs = 0
    this.#lastProgress = progress
    this.#lastLook = at
    return this.#ms - this.#usedMs
  }

  /** The part of this limit that one of several waits may use: at most `ms`, whatever happens meanwhile. */
  slice(ms: number): Limit {
    const end = now() + ms
    return { left: () => Math.min(this.left(), end - now()) }
  }
}
