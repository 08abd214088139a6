// Draining on the thread that owns the writer, with the same loop as the writer thread: for a moment, where somebody
// waits for it and no living thread has the consumer's role; for good, where there is no writer thread. Then a timer
// takes the place of the sleep, as this thread has an event loop to serve.

import { Doorbell } from '../queue/doorbell.js'
import type { QueueMemory } from '../queue/memory.js'
import { createDrainLoop, type DrainJob } from './drain-job.js'
import type { DrainLoop } from './drain-loop.js'
import { expectStack } from '../stack.js'
import { currentThread, isThreadAlive } from './identity.js'
import type { Rest } from './pacing.js'
import { Control, type ThreadEvent } from './protocol.js'
import { clearTimeout, nextTick, setTimeout } from '../runtime.js'
import { SLICE_MS, type Limit } from '../time-limit.js'

/** A reader of the queue may have the role for the moment of its look. */
const ROLE_RETRY_MS = 5

/** What local draining tells its owner; never from inside a call. */
export interface LocalDrainListener {
  /** Called from inside the loop: must not enter it again. */
  emit(event: ThreadEvent): void
  /** Everything is written, and the end was asked for. */
  onEnd(): void
}

/** Drains one queue on the calling thread. */
export class LocalDrain {
  readonly #job: DrainJob
  readonly #memory: QueueMemory
  readonly #doorbell: Doorbell
  readonly #control: Control
  readonly #listener: LocalDrainListener
  #isForGood = false
  #isListening = false
  /** True while this thread has the role for one call only. */
  #isBriefly = false
  /** Set while this thread has the role for good. */
  #loop: DrainLoop | null = null
  /** The loop whose turn it is, or whose turn was cut short: nothing in a turn calls back into this class. */
  #inTurn: DrainLoop | null = null
  #timer: NodeJS.Timeout | undefined
  /** How long to rest; the timer for it is set at the end of the tick. */
  #restMs = 0
  #isTimerDue = false

  constructor(job: DrainJob, memory: QueueMemory, listener: LocalDrainListener) {
    this.#job = job
    this.#memory = memory
    this.#doorbell = new Doorbell(job.bell)
    this.#control = new Control(job.control)
    this.#listener = listener
  }

  /** True while this thread drains in the place of a writer thread. */
  get isForGood(): boolean {
    return this.#isForGood
  }

  /** From now on this thread drains, until {@link stop}. */
  start(): void {
    if (this.#isForGood) return
    this.#isForGood = true
    if (this.#isListening) this.pump()
    else void this.#listenToBell()
  }

  /** Leaves the work to the writer thread, which has started. */
  stop(): void {
    const loop = this.#loop
    this.#isForGood = false
    this.#loop = null
    clearTimeout(this.#timer)
    if (loop === null || loop.isOver) return
    loop.close()
    this.#doorbell.leaveRole(currentThread)
    this.#doorbell.ring()
  }

  /** Does what is due now, and sets a timer for what is due later. */
  pump(): void {
    if (!this.#isForGood || this.#control.isStopped) return
    this.#restMs = this.#pumpOnce()
    if (this.#isTimerDue) return
    nextTick(this.#setTimer) // not here: a time limit that ends this call inside of setTimeout() would break Node
    this.#isTimerDue = true
  }

  readonly #setTimer = (): void => {
    this.#isTimerDue = false
    clearTimeout(this.#timer)
    if (!this.#isForGood || this.#control.isStopped) return
    this.#timer = setTimeout(() => this.pump(), this.#restMs).unref()
  }

  /**
   * Drains until `isDone` or until the limit has passed, at least one turn. It takes the role if nobody has it, or if its
   * holder died. False if a living thread has it.
   */
  runUntil(isDone: () => boolean, limit: Limit): boolean {
    expectStack()
    this.#settle()
    if (this.#loop !== null && !this.#loop.isOver) {
      this.#run(this.#loop, isDone, limit)
      return true
    }
    if (!this.#doorbell.takeRole(currentThread, isThreadAlive)) return false
    this.#isBriefly = true
    nextTick(this.#endOfTick)
    const loop = this.#createLoop()
    this.#run(loop, isDone, limit)
    if (!loop.isOver) loop.close()
    this.#leaveRole()
    return true
  }

  /**
   * A call may have been cut short, by a time limit of the application's: it runs no `finally`. The role, if it was
   * taken for that call only, is given back. What the loop was doing stands in the queue's memory, so a new one resumes.
   */
  #settle(): void {
    const cutShort = this.#inTurn
    this.#inTurn = null
    if (cutShort !== null && cutShort === this.#loop) this.#loop = null
    cutShort?.close()
    if (this.#isBriefly) this.#leaveRole()
  }

  readonly #endOfTick = (): void => this.#settle()

  #leaveRole(): void {
    this.#doorbell.leaveRole(currentThread)
    this.#isBriefly = false
  }

  /** Stops the timer. */
  dispose(): void {
    clearTimeout(this.#timer)
  }

  /** Runs one turn if the role is free. Returns how long to rest. */
  #pumpOnce(): number {
    expectStack()
    this.#settle()
    if (this.#loop === null) {
      if (!this.#doorbell.takeRole(currentThread, isThreadAlive)) return ROLE_RETRY_MS
      this.#loop = this.#createLoop()
    }
    const rest = this.#turn(this.#loop)
    if (this.#loop.isOver) return 0
    this.#doorbell.wakeAt(rest.lines, rest.bytes)
    return this.#loop.isWokenBy(rest) ? 0 : rest.ms
  }

  /** Other threads may send too, or stop the queue: where this thread drains, it must hear their bell. */
  async #listenToBell(): Promise<void> {
    this.#isListening = true
    while (this.#isForGood && !this.#control.isStopped) {
      const rung = this.#doorbell.ringAsync(this.#doorbell.listen())
      this.pump()
      await rung
    }
    this.#isListening = false
  }

  /** Drives a loop, resting as it says. */
  #run(loop: DrainLoop, isDone: () => boolean, limit: Limit): void {
    while (!isDone() && !loop.isOver) {
      const seen = this.#doorbell.listen()
      const rest = this.#turn(loop)
      const left = limit.left()
      if (left <= 0) break
      const restMs = Math.min(rest.ms, left, SLICE_MS)
      if (!isDone() && !loop.isOver && restMs > 0) this.#doorbell.sleep(seen, restMs)
    }
  }

  #turn(loop: DrainLoop): Rest {
    this.#inTurn = loop
    const rest = loop.turn()
    this.#inTurn = null
    if (loop.isOver) nextTick(() => this.#listener.onEnd())
    return rest
  }

  #createLoop(): DrainLoop {
    return createDrainLoop(this.#job, this.#memory, (event) => this.#listener.emit(event))
  }
}
