// Sees to it that somebody drains the queue, on behalf of the thread that owns the writer. Normally that is the
// writer thread. Draining is a role, not a thread: where the thread has not started yet, has died, or cannot be
// had, the caller's thread takes the role and runs the same loop. Every wait here ends by itself.

import { Doorbell } from '../queue/doorbell.js'
import { awaitPutters, countWaiting } from '../queue/lanes.js'
import type { QueueMemory } from '../queue/memory.js'
import { SLICE_MS, waitForRoom, waitForRoomAsync, type RoomPorts } from '../queue/wait-for-room.js'
import { awaitAnswer, awaitAnswerSync, type Answer } from './await-answer.js'
import type { DrainJob } from './drain-job.js'
import { currentThread, isThreadAlive } from './identity.js'
import { LocalDrain } from './local-drain.js'
import { Control, STOP_TICKET, type Request, type ThreadEvent } from './protocol.js'
import { startWorker, type WriterThread } from './worker.js'
import { nextTick, now } from '../runtime.js'

/** For writing what came late; waiting for it has a limit of its own. */
const LATE_LINES_MS = 100
/** After so many dead threads the caller's thread drains for good. */
const MOST_DEATHS = 3

/** What a writer hears from its host. May be called from inside a call of the writer: must not call back. */
export interface HostListener {
  onEvent(event: ThreadEvent): void
  /** Resolves when the user has heard of every event so far. */
  allTold(): Promise<void>
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
  readonly #local: LocalDrain
  readonly #room: RoomPorts
  /** Sleeps since something began to wait for room. */
  #slicesWaited = 0
  #thread: WriterThread | null = null
  #deaths = 0

  constructor(job: DrainJob, memory: QueueMemory, wantsThread: boolean, listener: HostListener) {
    this.#job = job
    this.#memory = memory
    this.#doorbell = new Doorbell(job.bell)
    this.#control = new Control(job.control)
    this.#listener = listener
    this.#room = {
      doorbell: this.#doorbell,
      isOver: () => this.#control.isStopped,
      wake: () => this.#doorbell.ring(),
    }
    this.#local = new LocalDrain(job, memory, {
      emit: (event) => this.#tell(event),
      onEnd: () => listener.onEnd(),
    })
    if (wantsThread && this.#startThread() !== null) return
    if (wantsThread) nextTick(() => listener.onNoThread())
    this.#local.start()
  }

  /** True while a thread of its own drains, or is about to. */
  get hasThread(): boolean {
    return !this.#local.isForGood
  }

  /** Wakes whoever drains. */
  wake(): void {
    if (this.#local.isForGood) this.#local.pump()
    else this.#doorbell.ring()
  }

  /** Asks, and blocks until it is answered, for at most `ms`. */
  requestSync(request: Request, ms: number): Answer {
    const ticket = this.#control.ask(request)
    this.#doorbell.ring()
    return awaitAnswerSync(this.#control, request, ticket, ms, (isDone, deadline) =>
      this.#local.runUntil(isDone, deadline),
    )
  }

  /** As {@link requestSync} without blocking the event loop. */
  request(request: Request, ms: number): Promise<Answer> {
    const ticket = this.#control.ask(request)
    this.wake()
    return this.#awaitAnswer(request, ticket, ms)
  }

  /** Waits for the end without asking for it. False = not within `ms`. */
  async awaitStop(ms: number): Promise<boolean> {
    this.wake()
    return (await this.#awaitAnswer('stop', STOP_TICKET, ms)) === true
  }

  /** Blocks until `hasRoom`; false if the queue has been stopped. */
  waitForRoom(hasRoom: () => boolean, onLongWait: () => void): boolean {
    return waitForRoom(this.#room, hasRoom, (seen) => {
      const isMade = this.#local.runUntil(hasRoom, now() + SLICE_MS)
      if (!isMade) this.#doorbell.waitForRoom(seen, SLICE_MS)
      if (this.#slicesWaited++ === 1) onLongWait()
    })
  }

  /** What was waited for is done: from here on it is another wait. */
  doneWaiting(): void {
    this.#slicesWaited = 0
  }

  /** Drains on this thread until `isDone`, for at most `ms`; false if a living thread does that. */
  drainHere(isDone: () => boolean, ms: number): boolean {
    return this.#local.runUntil(isDone, now() + ms)
  }

  /** As {@link waitForRoom} without blocking the event loop. */
  waitForRoomAsync(hasRoom: () => boolean): Promise<boolean> {
    return waitForRoomAsync({ ...this.#room, wake: () => this.wake() }, hasRoom)
  }

  /**
   * After the end: writes lines that were published after the drain loop had its last look, by a thread that
   * sent while the writer was being stopped. False if such a thread may still publish more.
   */
  drainRest(): boolean {
    const isSettled = awaitPutters(this.#memory, currentThread, isThreadAlive)
    const deadline = now() + LATE_LINES_MS
    const isEmpty = (): boolean => countWaiting(this.#memory) === 0
    while (!isEmpty() && now() < deadline) {
      if (!this.#local.runUntil(isEmpty, deadline)) this.#doorbell.sleep(this.#doorbell.listen(), 1)
    }
    return isSettled
  }

  /** Stops the timer of a thread that drains for itself. */
  dispose(): void {
    this.#local.dispose()
  }

  async #awaitAnswer(request: Request, ticket: number, ms: number): Promise<Answer> {
    const answer = await awaitAnswer(this.#control, request, ticket, ms)
    this.#thread?.deliver() // what went wrong was said before the answer, and the user hears of it before
    await this.#listener.allTold()
    return answer
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
    if (this.#deaths >= MOST_DEATHS || this.#startThread() === null) this.#local.start()
    this.#listener.onThreadDeath(error)
  }

  #tell(event: ThreadEvent): void {
    if (event.type === 'drop') this.#doorbell.hearDrops() // before the listener looks at the numbers
    this.#listener.onEvent(event)
  }
}
