// The gap behind the last line of a lane: lines that were refused, and that the marker in front of the next line shows.
// Runs on the producer's thread. Under `drop_oldest` a line that waits may be dropped, and its marker with it: then the
// marker of the dropped lines counts what that marker showed.

import type { Gap } from './drop-marker.js'
import type { Lane } from './lane.js'
import { L_GAP_FROM, L_GAP_LINES, L_GAP_TO } from './layout.js'
import { wallTime } from '../runtime.js'

/** A line with a marker in front of it, waiting or about to be published. */
interface Carrier {
  readonly line: number
  readonly gapLines: number
}

/** The refused lines of a lane that no marker shows yet. */
export class OpenGap {
  /** Refused lines that the marker in front of the next line shows; publishing that line sets it to 0. */
  announced = 0
  readonly #lane: Lane
  /** In the order of their lines. */
  readonly #carriers: Carrier[] = []

  constructor(lane: Lane) {
    this.#lane = lane
  }

  /** The gap, if the log is to show one. */
  get current(): Gap | null {
    const lines = this.#lane.total(L_GAP_LINES)
    return lines === 0 ? null : this.#lane.gapOf(lines)
  }

  /**
   * The same, for the marker that the caller puts in front of the next line. The line is noted here: no call may come
   * after its publication, as one that throws would deny that the line was sent.
   */
  announce(): Gap | null {
    this.cancel()
    const gap = this.current
    if (gap === null) return null
    this.announced = gap.lines
    // Only claims that are copied let a line that waits be dropped.
    if (this.#lane.geometry.copiedClaims) this.#noteCarrier({ line: this.#lane.ownTail, gapLines: gap.lines })
    return gap
  }

  /** The line with the announced marker was refused: the gap stays open. */
  cancel(): void {
    this.announced = 0
    if (this.#carriers.at(-1)?.line === this.#lane.ownTail) this.#carriers.pop()
  }

  /** Lines are about to be dropped before `head`: since the last claim for the first time, or once more. */
  noteDrop(head: number): void {
    const { totals } = this.#lane
    const time = wallTime()
    if (this.#lane.droppedBefore(head) === 0) totals[L_GAP_FROM] = time
    totals[L_GAP_TO] = time
  }

  /** What the markers in front of the lines from `head` to `newHead` say. */
  shownIn(head: number, newHead: number): number {
    let gapLines = 0
    for (const { line, gapLines: lines } of this.#carriers) {
      if (((line - head) | 0) >= 0 && ((line - newHead) | 0) < 0) gapLines += lines
    }
    return gapLines
  }

  #noteCarrier(carrier: Carrier): void {
    const head = this.#lane.head()
    while (this.#carriers[0] !== undefined && ((this.#carriers[0].line - head) | 0) < 0)
      this.#carriers.shift()
    this.#carriers.push(carrier)
  }
}
