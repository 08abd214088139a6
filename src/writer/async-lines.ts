// Lines of sendAsync() that wait for room, in order, without blocking the event loop. Lines that are sent later may
// not overtake them. Runs on the sender's thread; belongs to its staging.

import { LONGEST_MS } from '../constants.js'
import { closedError, sizeOf, type Line } from './lines.js'
import { clearTimeout, setTimeout } from '../runtime.js'

interface WaitingLine {
  readonly line: Line
  readonly accepted: () => void
  readonly refused: (error: unknown) => void
}

/** What the waiting lines need of their staging. */
export interface AsyncLinesPorts {
  /** Puts a line into the queue, as the policy says. May throw. */
  readonly put: (line: Line) => void
  /** Whether a line of so many bytes finds room at this moment. */
  readonly fits: (bytes: number) => boolean
  /** Resolves when `hasRoom` may be true; false = there will never be room. */
  readonly waitForRoom: (hasRoom: () => boolean) => Promise<boolean>
}

/** The waiting lines of one staging. */
export class AsyncLines {
  readonly #ports: AsyncLinesPorts
  readonly #waiting: WaitingLine[] = []
  /** Several calls of stop() may wait at the same time. */
  readonly #onEmpty: (() => void)[] = []

  constructor(ports: AsyncLinesPorts) {
    this.#ports = ports
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0
  }

  /** Resolves when the line is in the queue. */
  add(line: Line): Promise<true> {
    return new Promise((resolve, reject) => {
      // The caller may use its bytes again before their turn comes.
      const kept = typeof line === 'string' ? line : Buffer.from(line)
      this.#waiting.push({ line: kept, accepted: () => resolve(true), refused: reject })
      if (this.#waiting.length === 1) void this.#acceptInTurn()
    })
  }

  /** Puts all of them into the queue now; may block, as the policy does. */
  putAll(): void {
    for (const next of this.#waiting.splice(0)) this.#accept(next)
  }

  /** Puts those that find room, and refuses the others. */
  putWhatFits(): void {
    for (const next of this.#waiting.splice(0)) {
      if (this.#ports.fits(sizeOf(next.line))) this.#accept(next)
      else next.refused(closedError())
    }
  }

  /** Resolves when none is left, after `ms` at the latest. */
  async settled(ms: number): Promise<void> {
    if (this.isEmpty) return
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.#onEmpty.push(resolve)
      timer = setTimeout(resolve, Math.min(ms, LONGEST_MS))
    })
    clearTimeout(timer)
  }

  async #acceptInTurn(): Promise<void> {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const bytes = sizeOf(next.line)
      // A later send() or the end may see to it: nobody waits for its room any more then.
      const isGone = (): boolean => this.#waiting[0] !== next
      const hasRoom = await this.#ports.waitForRoom(() => isGone() || this.#ports.fits(bytes))
      if (isGone()) continue
      if (!hasRoom) {
        this.putWhatFits()
        break
      }
      this.#waiting.shift()
      this.#accept(next)
    }
    for (const resolve of this.#onEmpty.splice(0)) resolve()
  }

  /** A line that cannot be put must not hold up those behind it. */
  #accept({ line, accepted, refused }: WaitingLine): void {
    try {
      this.#ports.put(line)
      accepted()
    } catch (error) {
      refused(error)
    }
  }
}
