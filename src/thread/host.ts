// Sees to it that somebody drains the queue, on behalf of the thread that owns the writer. Normally that is the
// writer thread. Draining is a role, not a thread: where the thread has not started yet, has died, or cannot be
// had, the caller's thread takes the role and runs the same loop. Every wait here ends by itself.

import { Doorbell } from '../queue/doorbell.js'
import { awaitPutters, countWaiting } from '../queue/lanes.js'
import type { QueueMemory } from '../queue/memory.js'
import { createDrainLoop, type DrainJob } from './drain-job.js'
import type { DrainLoop } from './drain-loop.js'
import { currentThread, isThreadAlive } from './identity.js'
import { Control, type Request, type ThreadEvent } from './protocol.js'
import { startWorker, type WriterThread } from './worker.js'

/** Longest single sleep while waiting for the thread: how soon its death is noticed. */
const SLICE_MS = 50
/** For writing what came late; waiting for it has a limit of its own. */
const LATE_LINES_MS = 100
/** After so many dead threads the caller's thread drains for good. */
const MOST_DEATHS = 3

/** What a writer is told by its host; never from inside a call of its own. */
export interface HostListener {
  onEvent(event: ThreadEvent): void
  /** The thread died with this error; its role has been taken over. */
  onThreadDeath(error: unknown): void
  /** There is no thread although one was wanted. */
  onNoThread(): void
  /** Everything is written and the thread has ended. */
  onEnd(): void
}

/** Drains one writer's queue, by a thread or without. */
export class DrainHost {
  readonly #job: DrainJob
  readonly #memory: QueueMemory
  readonly #doorbell: Doorbell
  readonly #control: Control
  readonly #listener: HostListener
  /** Set while the caller's thread has the role for good. */
  #local: DrainLoop | null = null
  #thread: WriterThread | null = null
  /** What a loop on the caller's thread has said and nobody was told yet. */
  #untold: ThreadEvent[] = []
  #timer: NodeJS.Timeout | undefined
  #isPumping = false
  #deaths = 0

  constructor(job: DrainJob, memory: QueueMemory, wantsThread: boolean, listener: HostListener) {
    this.#job = job
    this.#memory = memory
    this.#doorbell = new Doorbell(job.bell)
    this.#control = new Control(job.control)
    this.#listener = listener
    if (wantsThread && this.#startThread() !== null) return
    if (wantsThread) process.nextTick(() => listener.onNoThread())
    this.#drainLocally()
  }

  /** True while a thread of its own drains, or is about to. */
  get hasThread(): boolean {
    return this.#local === null
  }

  /** Wakes whoever drains. */
  wake(): void {
    if (this.#local === null) this.#doorbell.ring()
    else this.#pump()
  }

  /** Asks, and blocks until it is answered. False = failed, or not within `ms`. */
  requestSync(request: Request, ms: number): boolean {
    const ticket = this.#control.ask(request)
    const deadline = performance.now() + ms
    this.#doorbell.ring()
    for (;;) {
      const seen = this.#control.answers
      const answer = this.#control.answer(request, ticket)
      if (answer !== null) return answer
      const left = deadline - performance.now()
      if (left <= 0) return false
      const isAnswered = (): boolean => this.#control.answer(request, ticket) !== null
      if (this.#drainHere(isAnswered, deadline)) continue
      this.#control.waitForAnswer(seen, Math.min(left, SLICE_MS))
    }
  }

  /** As {@link requestSync} without blocking the event loop. */
  request(request: Request, ms: number): Promise<boolean> {
    const ticket = this.#control.ask(request)
    this.wake()
    return this.#awaitAnswer(request, ticket, ms)
  }

  /** Waits for the end without asking for it. */
  awaitStop(ms: number): Promise<boolean> {
    this.wake()
    return this.#awaitAnswer('stop', 1, ms)
  }

  /** Blocks until `hasRoom`; false if the queue has been stopped. */
  waitForRoom(hasRoom: () => boolean, onLongWait: () => void): boolean {
    for (let slices = 0; ; slices++) {
      if (hasRoom()) return true // before asking: what is asked for makes the consumer write
      const seen = this.#doorbell.wantRoom()
      if (hasRoom()) return true
      if (this.#control.isStopped) return false
      this.#doorbell.ring()
      if (!this.#drainHere(hasRoom, performance.now() + SLICE_MS)) this.#doorbell.waitForRoom(seen, SLICE_MS)
      if (slices === 1) onLongWait()
    }
  }

  /** As {@link waitForRoom} without blocking the event loop. */
  async waitForRoomAsync(hasRoom: () => boolean): Promise<boolean> {
    for (;;) {
      if (hasRoom()) return true // before asking: what is asked for makes the consumer write
      const seen = this.#doorbell.wantRoom()
      if (hasRoom()) return true
      if (this.#control.isStopped) return false
      this.wake()
      await this.#doorbell.roomAsync(seen, SLICE_MS)
    }
  }

  /**
   * After the end: writes lines that were published after the drain loop had its last look, by a thread that
   * sent while the writer was being stopped. False if such a thread may still publish more.
   */
  drainRest(): boolean {
    const isSettled = awaitPutters(this.#memory, currentThread, isThreadAlive)
    const deadline = performance.now() + LATE_LINES_MS
    const isEmpty = (): boolean => countWaiting(this.#memory) === 0
    this.#local = null // its loop is over
    while (!isEmpty() && performance.now() < deadline) {
      if (!this.#drainHere(isEmpty, deadline)) this.#doorbell.sleep(this.#doorbell.listen(), 1)
    }
    return isSettled
  }

  /** Stops the timer of a thread that drains for itself. */
  dispose(): void {
    clearTimeout(this.#timer)
  }

  async #awaitAnswer(request: Request, ticket: number, ms: number): Promise<boolean> {
    const deadline = performance.now() + ms
    for (;;) {
      const seen = this.#control.answers
      const answer = this.#control.answer(request, ticket)
      if (answer !== null) {
        this.#deliver() // what went wrong was said before the answer, and is told before it
        return answer
      }
      const left = deadline - performance.now()
      if (left <= 0) {
        this.#deliver()
        return false
      }
      await this.#control.answerAsync(seen, Math.min(left, SLICE_MS))
    }
  }

  #startThread(): WriterThread | null {
    this.#thread = startWorker(this.#job, {
      onEvent: (event) => this.#tell(event),
      onEnd: (error) => this.#threadEnded(error),
    })
    return this.#thread
  }

  #threadEnded(error: unknown): void {
    if (this.#control.isStopped) return this.#listener.onEnd()
    const holder = this.#doorbell.roleHolder
    if (holder !== currentThread) this.#doorbell.leaveRole(holder) // on behalf of the dead
    this.#doorbell.hearDrops() // what it was about to tell, the listener looks at now
    this.#deaths++
    this.#control.countError()
    if (this.#deaths >= MOST_DEATHS || this.#startThread() === null) this.#drainLocally()
    this.#listener.onThreadDeath(error)
  }

  /** Takes the role for good. */
  #drainLocally(): void {
    if (!this.#doorbell.takeRole(currentThread, isThreadAlive)) return
    this.#local = createDrainLoop(this.#job, this.#memory, this.#emitLater)
    void this.#listenToBell()
  }

  /** Never from within the loop: a listener may call flushSync and enter it again. */
  #emitLater = (event: ThreadEvent): void => {
    if (this.#untold.push(event) === 1) process.nextTick(() => this.#deliver())
  }

  /** Tells the listener what was said so far. */
  #deliver(): void {
    this.#thread?.deliver()
    for (const event of this.#untold.splice(0)) this.#tell(event)
  }

  #tell(event: ThreadEvent): void {
    if (event.type === 'drop') this.#doorbell.hearDrops() // before the listener looks at the numbers
    this.#listener.onEvent(event)
  }

  /** One turn on the caller's thread, and a timer for the next. */
  #pump(): void {
    const loop = this.#local
    if (loop === null || loop.isOver || this.#isPumping) return
    clearTimeout(this.#timer)
    this.#isPumping = true
    try {
      const rest = loop.turn()
      if (loop.isOver) {
        process.nextTick(() => this.#listener.onEnd())
        return
      }
      this.#doorbell.wakeAt(rest.lines, rest.bytes)
      const ms = loop.isWokenBy(rest) ? 0 : rest.ms
      this.#timer = setTimeout(() => this.#pump(), ms).unref()
    } finally {
      this.#isPumping = false
    }
  }

  /** Other threads may send too, or stop the queue: where this thread drains, it must hear their bell. */
  async #listenToBell(): Promise<void> {
    for (let loop = this.#local; loop !== null && !loop.isOver; loop = this.#local) {
      const rung = this.#doorbell.ringAsync(this.#doorbell.listen())
      this.#pump()
      await rung
    }
  }

  /**
   * Drains on the caller's thread until `isDone` or the deadline, if the role can be had: nobody has it yet,
   * its holder died, or it is ours. False if a living thread has it.
   */
  #drainHere(isDone: () => boolean, deadline: number): boolean {
    if (this.#isPumping) return false
    if (this.#local !== null) return runLoop(this.#local, this.#doorbell, isDone, deadline)
    if (!this.#doorbell.takeRole(currentThread, isThreadAlive)) return false
    const loop = createDrainLoop(this.#job, this.#memory, this.#emitLater)
    try {
      return runLoop(loop, this.#doorbell, isDone, deadline)
    } finally {
      if (!loop.isOver) loop.close()
      this.#doorbell.leaveRole(currentThread)
    }
  }
}

/** Drives a loop on this thread, resting as it says. Always true. */
function runLoop(loop: DrainLoop, doorbell: Doorbell, isDone: () => boolean, deadline: number): true {
  while (!isDone() && !loop.isOver) {
    const left = deadline - performance.now()
    if (left <= 0) break
    const seen = doorbell.listen()
    const rest = loop.turn()
    if (!isDone() && !loop.isOver && rest.ms > 0) doorbell.sleep(seen, Math.min(rest.ms, left))
  }
  return true
}
