// A gap in the log where lines were refused: what the user's dropMarker says about it goes out with the next line that
// is accepted, as one message, so that nothing can come between them. Belongs to a thread's staging.

import type { DropInfo, DropMarker } from '../queue/drop-markers.js'
import { wallTime } from '../runtime.js'

/** The gap that is open at the moment, if any. */
export class Gap {
  readonly #marker: DropMarker | null
  readonly #keep: ((marker: string, gap: DropInfo) => void) | null
  #lines = 0
  #from = 0
  #to = 0

  /**
   * @param marker without one, gaps are not marked and this class does nothing
   * @param keep puts the marker of the open gap where it survives the death of the process; null if there is no such place
   * @param left the gap that was open when this thread left the lane that it has taken back
   */
  constructor(
    marker: DropMarker | null,
    keep: ((marker: string, gap: DropInfo) => void) | null,
    left: DropInfo | null,
  ) {
    this.#marker = marker
    this.#keep = keep
    if (marker === null || left === null) return
    this.#lines = left.lines
    this.#from = left.from
    this.#to = left.to
  }

  get isOpen(): boolean {
    return this.#lines > 0
  }

  /** The marker's line with its '\n'; empty if no gap is open. */
  text(): Buffer {
    if (this.#marker === null || !this.isOpen) return Buffer.alloc(0)
    return Buffer.from(`${this.#marker(this.info)}\n`)
  }

  /** How many lines were refused, and when. */
  get info(): DropInfo {
    return { lines: this.#lines, from: this.#from, to: this.#to }
  }

  /** Of a batch of `count` lines, the last `refused` were refused. */
  note(refused: number, count: number): void {
    if (this.#marker === null) return
    if (refused < count) this.#lines = 0 // the marker went out with the first of them
    if (refused === 0) return
    this.#to = wallTime()
    if (this.#lines === 0) this.#from = this.#to
    this.#lines += refused
    this.#keep?.(this.#marker(this.info), this.info)
  }
}
