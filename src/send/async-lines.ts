// Lines of sendAsync() that wait for room, in order, without blocking the event loop. Lines that are sent later may
// not overtake them. Runs on the sender's thread; belongs to its staging.
//
// However many lines wait, only the first of them waits for room: it has the only timer, and every step takes the same
// time. The lines are a linked list, because an array that is emptied from the front moves what is left.

import { expectStack } from '../stack.js'
import { SLICE_MS, type Limit } from '../time-limit.js'
import { closedError, sizeOf, type Line } from './lines.js'
import type { Room } from './room.js'
import { clearTimeout, setImmediate, setTimeout } from '../runtime.js'

/** Lines that are put in a row, at most: then the event loop has its turn, however fast the disk is. */
const LINES_IN_A_ROW = 1000

interface WaitingLine {
  readonly line: Line
  readonly settle: (isAccepted: boolean) => void
  readonly refused: (error: unknown) => void
  next: WaitingLine | null
}

/** What the waiting lines need of their staging. */
export interface AsyncLinesPorts {
  /** Puts a line into the queue, as the policy says; false = dropped. May throw. */
  readonly put: (line: Line) => boolean
  /** Whether a line of so many bytes finds room at this moment. */
  readonly fits: (bytes: number) => boolean
  readonly room: Pick<Room, 'waitAsync'>
  /** True once all lines are dropped, as nothing reads them. */
  readonly isReaderGone: () => boolean
}

/** The waiting lines of one staging. */
export class AsyncLines {
  readonly #ports: AsyncLinesPorts
  #first: WaitingLine | null = null
  #last: WaitingLine | null = null
  #isAccepting = false
  /** Several calls of stop() may wait at the same time. */
  readonly #onEmpty = new Set<() => void>()

  constructor(ports: AsyncLinesPorts) {
    this.#ports = ports
  }

  get isEmpty(): boolean {
    return this.#first === null
  }

  /** Resolves when the line is in the queue. */
  add(line: Line): Promise<boolean> {
    return new Promise((settle, refused) => {
      // The caller may use its bytes again before their turn comes.
      const kept = typeof line === 'string' ? line : Buffer.from(line)
      const waiting: WaitingLine = { line: kept, settle, refused, next: null }
      if (this.#last === null) this.#first = waiting
      else this.#last.next = waiting
      this.#last = waiting
      if (!this.#isAccepting) void this.#acceptInTurn()
    })
  }

  /** Puts all of them into the queue now; may block, as the policy does. */
  putAll(): void {
    if (this.isEmpty) return
    expectStack() // a caller whose stack is full must not make other callers' lines fail
    for (let next = this.#take(); next !== null; next = this.#take()) this.#accept(next)
  }

  /** Puts those that find room, up to the first that does not, and refuses the others: none gets ahead of one that is refused. */
  putWhatFits(): void {
    let error: Error | null = null // one for all: a stack for each of many lines takes seconds
    for (let next = this.#take(); next !== null; next = this.#take()) {
      const fits = error === null && this.#ports.fits(sizeOf(next.line))
      if (this.#ports.isReaderGone() || fits) this.#accept(next)
      else next.refused((error ??= closedError()))
    }
  }

  /** Resolves when none is left, or when the limit has passed. */
  async settled(limit: Limit): Promise<void> {
    while (!this.isEmpty && limit.left() > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(done, SLICE_MS)
        const onEmpty = this.#onEmpty.add(done)
        function done(): void {
          clearTimeout(timer)
          onEmpty.delete(done)
          resolve()
        }
      })
    }
  }

  async #acceptInTurn(): Promise<void> {
    this.#isAccepting = true
    let inARow = 0
    for (let next = this.#first; next !== null; next = this.#first) {
      const bytes = sizeOf(next.line)
      if (this.#ports.fits(bytes)) {
        this.#take()
        this.#accept(next)
        if (++inARow % LINES_IN_A_ROW === 0) await new Promise<void>((resolve) => setImmediate(resolve))
        continue
      }
      // A later send() or the end may see to it: nobody waits for its room any more then.
      const isGone = (): boolean => this.#first !== next
      const hasRoom = await this.#ports.room.waitAsync(() => isGone() || this.#ports.fits(bytes))
      if (!hasRoom && !isGone()) this.putWhatFits()
    }
    this.#isAccepting = false
    for (const done of this.#onEmpty) done()
  }

  #take(): WaitingLine | null {
    const taken = this.#first
    if (taken === null) return null
    this.#first = taken.next
    if (taken.next === null) this.#last = null
    return taken
  }

  /** A line that cannot be put must not hold up those behind it. */
  #accept({ line, settle, refused }: WaitingLine): void {
    try {
      settle(this.#ports.put(line))
    } catch (error) {
      refused(error)
    }
  }
}
