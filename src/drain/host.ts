// Sees to it that somebody drains the queue, on behalf of the thread that owns the writer. Normally that is the
// writer thread. Draining is a role, not a thread: where the thread has not started yet, has died, or cannot start,
// the owner's thread takes the role and runs the same loop. Every wait here ends by itself.

import { Doorbell } from '../queue/doorbell.js'
import { DrainRecord } from '../queue/drain-record.js'
import { awaitPutters, countWaiting } from '../queue/lanes.js'
import type { QueueMemory } from '../queue/memory.js'
import { TimeLimit, type Limit } from '../time-limit.js'
import { awaitAnswer, awaitAnswerSync, limitOf, type Answer } from './await-answer.js'
import type { DrainJob } from './drain-job.js'
import { currentThread, isThreadAlive } from './identity.js'
import { LocalDrain } from './local-drain.js'
import { Control, STOP_TICKET, type Request, type ThreadEvent } from './protocol.js'
import { WriterThreads } from './writer-threads.js'
import { clearTimeout, now, setTimeout } from '../runtime.js'

/** For writing what came late; waiting for it has a limit of its own. */
const LATE_LINES_MS = 100
/** While the thread starts, which takes 30 ms, more on a busy machine, this one looks for lines at this interval. */
const HEAD_START_MS = 5
/** A thread that is not up by then has no processor to run on, or hangs: this one takes its place. */
const SLOW_START_MS = 1000
/** Loading koffi takes some tens of milliseconds, on a very busy machine a second. */
const LOADING_MS = 5000
/** Pauses before a thread that failed is started again; each is twice the one before. */
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 10_000

/** What a writer hears from its host. May be called from inside a call of the writer: must not call back. */
export interface HostListener {
  onEvent(event: ThreadEvent): void
  /** Resolves when the user has heard of every event so far. */
  allTold(): Promise<void>
  /** The thread died with this error; the owner's thread drains until another is up. */
  onThreadDeath(error: unknown): void
  /** The thread does not start, for this reason; the owner's thread drains until one does. Called once per outage. */
  onNoThread(reason: unknown): void
  /** Everything is written and the thread has ended. */
  onEnd(): void
  /** Called again and again while a call blocks this thread. */
  onBlocked(): void
}

/** Drains one writer's queue, by a thread or without. */
export class DrainHost {
  readonly #job: DrainJob
  readonly #memory: QueueMemory
  readonly #doorbell: Doorbell
  readonly #control: Control
  readonly #record: DrainRecord
  readonly #listener: HostListener
  readonly #local: LocalDrain
  readonly #threads: WriterThreads
  #leaveThreads: () => void = () => {}
  #pauseMs = 0
  #restart: NodeJS.Timeout | undefined
  #headStart: NodeJS.Timeout | undefined
  /** Whether the user knows that there is no thread. */
  #isOutageReported = false

  constructor(job: DrainJob, memory: QueueMemory, wantsThread: boolean, listener: HostListener) {
    this.#job = job
    this.#memory = memory
    this.#doorbell = new Doorbell(job.bell)
    this.#control = new Control(job.control)
    this.#record = new DrainRecord(memory.buffer)
    this.#listener = listener
    this.#threads = WriterThreads.for(job)
    this.#local = new LocalDrain(job, memory, {
      emit: (event) => this.#tell(event),
      onEnd: () => listener.onEnd(),
    })
    if (wantsThread) this.#startThread()
    else this.#local.start()
  }

  /** True while a thread of its own drains, or starts for the first time. */
  get hasThread(): boolean {
    return !this.#local.isForGood
  }

  /** Wakes the draining thread. */
  wake(): void {
    if (this.#local.isForGood) this.#local.pump()
    else this.#doorbell.ring()
  }

  /** A time limit of `ms` without a write. */
  limit(ms: number): TimeLimit {
    return limitOf(this.#record, ms)
  }

  /** Asks, and blocks until it is answered or the limit has passed. */
  requestSync(request: Request, limit: Limit): Answer {
    const ticket = this.#control.ask(request)
    this.#doorbell.ring()
    const meanwhile = (): void => {
      this.#listener.onBlocked()
      this.#threads.look()
    }
    return awaitAnswerSync(this.#control, request, ticket, limit, (isDone) => {
      meanwhile()
      return this.#local.runUntil(() => {
        meanwhile()
        return isDone()
      }, limit)
    })
  }

  /** As {@link requestSync} without blocking the event loop. */
  request(request: Request, limit: Limit): Promise<Answer> {
    const ticket = this.#control.ask(request)
    this.wake()
    return this.#awaitAnswer(request, ticket, limit)
  }

  /** Waits for the end without asking for it. False = the limit has passed. */
  async awaitStop(limit: Limit): Promise<boolean> {
    this.wake()
    return (await this.#awaitAnswer('stop', STOP_TICKET, limit)) === true
  }

  /** Drains on this thread until `isDone`, for at most `ms`; false if a living thread does that. */
  drainHere(isDone: () => boolean, ms: number): boolean {
    this.#threads.look()
    return this.#local.runUntil(isDone, new TimeLimit(ms))
  }

  /**
   * After the end: writes lines that were published after the drain loop had its last look, by a thread that
   * sent while the writer was being stopped. False if such a thread may still publish more.
   */
  drainRest(): boolean {
    const isSettled = awaitPutters(this.#memory, currentThread, isThreadAlive)
    const limit = this.limit(LATE_LINES_MS)
    const isEmpty = (): boolean => countWaiting(this.#memory) === 0
    while (!isEmpty() && limit.left() > 0) {
      if (!this.#local.runUntil(isEmpty, limit)) this.#doorbell.sleep(this.#doorbell.listen(), 1)
    }
    return isSettled
  }

  /**
   * The process ends although lines wait, and Node stops the writer thread. If that strikes while the thread loads koffi,
   * Node aborts the process. The thread loads it once it has the role. So either this thread takes the role and keeps it,
   * or it waits until the other has loaded.
   */
  settleThread(): void {
    const limit = new TimeLimit(LOADING_MS)
    const isSettled = (): boolean =>
      this.#doorbell.takeRole(currentThread, isThreadAlive) || this.#control.isLoaded
    while (!isSettled() && limit.left() > 0) this.#doorbell.sleep(this.#doorbell.listen(), 1)
  }

  /** Stops the timers. */
  dispose(): void {
    clearTimeout(this.#restart)
    clearTimeout(this.#headStart)
    this.#leaveThreads()
    this.#local.dispose()
  }

  async #awaitAnswer(request: Request, ticket: number, limit: Limit): Promise<Answer> {
    const answer = await awaitAnswer(this.#control, request, ticket, limit)
    this.#threads.deliver() // what went wrong was said before the answer, and the user hears of it before
    await this.#listener.allTold()
    return answer
  }

  #startThread(): void {
    const startedAt = now()
    let isUp = false
    this.#control.setLoaded(false)
    this.#awaitThread(startedAt)
    const onEnd = (error: unknown): void => {
      clearTimeout(this.#headStart)
      if (now() - startedAt > LONGEST_PAUSE_MS) this.#pauseMs = 0
      this.#threadEnded(error, isUp)
    }
    const onUp = (): void => {
      clearTimeout(this.#headStart)
      isUp = true
      this.#isOutageReported = false
      if (!this.#control.isStopped) this.#local.stop()
    }
    try {
      this.#leaveThreads = this.#threads.join({
        job: this.#job,
        onUp,
        onEvent: (event) => this.#tell(event),
        onEnd,
      })
    } catch (error) {
      onEnd(error)
    }
  }

  /**
   * Lines do not wait for a thread that starts: this one writes them, a turn at a time. It keeps the role for no longer,
   * as its event loop may stand still next, and then the thread must be able to take over. A thread that is stuck in another
   * log is another matter: it is relieved soon.
   */
  #awaitThread(startedAt: number): void {
    this.#headStart = setTimeout(() => {
      if (this.#threads.isStarting) {
        if (now() - startedAt >= SLOW_START_MS) return this.#local.start()
        const isEmpty = (): boolean => this.#mayBlock || countWaiting(this.#memory) === 0
        if (!isEmpty()) this.#local.runUntil(isEmpty, new TimeLimit(0))
      }
      this.#awaitThread(startedAt)
    }, HEAD_START_MS).unref()
  }

  /** A socket that the application has passed: a write may last as long as its reader likes. */
  get #mayBlock(): boolean {
    const { hasLastReader, isOwned } = this.#job.log
    return hasLastReader && !isOwned
  }

  #threadEnded(error: unknown, wasUp: boolean): void {
    if (this.#control.isStopped) return this.#listener.onEnd()
    this.#doorbell.hearDrops() // what it was about to tell, the listener looks at now
    this.#local.start()
    this.#restart = setTimeout(() => this.#startThread(), this.#pauseMs).unref()
    this.#pauseMs = Math.min(Math.max(this.#pauseMs * 2, FIRST_PAUSE_MS), LONGEST_PAUSE_MS)
    if (wasUp || !this.#isOutageReported) this.#report(error, wasUp)
    this.#isOutageReported = true
  }

  #report(error: unknown, wasUp: boolean): void {
    const wasTerminated = error === undefined
    if (!wasUp && !wasTerminated) return this.#listener.onNoThread(error)
    this.#record.countError('thread', error)
    this.#listener.onThreadDeath(error)
  }

  #tell(event: ThreadEvent): void {
    if (event.type === 'drop') this.#doorbell.hearDrops() // before the listener looks at the numbers
    this.#listener.onEvent(event)
  }
}
