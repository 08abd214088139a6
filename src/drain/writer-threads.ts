// The threads that write for the writers of one thread: one for all of them, as long as no log is stuck. A thread that shows
// no sign of life is relieved: another one takes over its queues, all but the one whose log is stuck, and that one too as
// soon as it can. So there is one thread more than there are stuck logs. A relieved thread that works again waits for the
// next time.

import { Doorbell } from '../queue/doorbell.js'
import { ThreadBell } from '../queue/thread-bell.js'
import { clearTimeout, now, setTimeout } from '../runtime.js'
import type { DrainJob } from './drain-job.js'
import type { ThreadEvent } from './protocol.js'
import { ThreadState } from './thread-state.js'
import { WriterThread, type ThreadMessage } from './worker.js'

/** A thread that is in the same round at two looks, or has not heard the bell, is stuck. */
const LOOK_EVERY_MS = 100
/** A thread without queues is kept so long: to start one takes 30 ms. */
const LINGER_MS = 500

/** The writer of a queue. */
export interface Member {
  readonly job: DrainJob
  /** A thread wants the consumer's role. */
  onUp(): void
  onEvent(event: ThreadEvent): void
  /** No thread drains the queue any more: the writer has stopped, or that is what went wrong; undefined: it was terminated. */
  onEnd(error: unknown): void
}

/** The threads for one bell. */
export class WriterThreads {
  static readonly #known = new WeakMap<SharedArrayBuffer, WriterThreads>()

  readonly #bell: ThreadBell
  readonly #members = new Map<number, Member>()
  readonly #threads = new Set<WriterThread>()
  /** It drains all queues that it can. */
  #active: WriterThread | null = null
  /** It has no queues. */
  #spare: WriterThread | null = null
  #lastId = 0
  #timer: NodeJS.Timeout | undefined
  /** Whether the timer is for the next look. */
  #isLooking = false
  #lookedAt = -Infinity
  #seen = { round: 0, heard: 0, isOwed: false }

  private constructor(bell: ThreadBell) {
    this.#bell = bell
  }

  /** The threads for a job: of all jobs with the same bell. */
  static for(job: DrainJob): WriterThreads {
    const { thread } = job.bell
    let threads = WriterThreads.#known.get(thread)
    if (threads === undefined) {
      threads = new WriterThreads(new ThreadBell(thread))
      WriterThreads.#known.set(thread, threads)
    }
    return threads
  }

  /** Gives a queue to the thread, which is started if need be. Throws where that fails at once. Returns how to leave. */
  join(member: Member): () => void {
    this.#active ??= this.#takeSpare() ?? this.#start()
    this.#lastId++
    const id = this.#lastId
    this.#members.set(id, member)
    this.#sendJob(this.#active, id, member)
    if (!this.#isLooking) this.#setTimer()
    return () => this.#leave(id)
  }

  /** Call repeatedly while this thread is blocked, and so are its timers: sees to it that a stuck thread is relieved. */
  look(): void {
    if (now() - this.#lookedAt < LOOK_EVERY_MS / 2) return // a timer may come a little early
    this.#lookedAt = now()
    if (this.#active === null || this.#members.size < 2) return
    const { round, heard, isReady } = this.#active.state
    const isOwed = isReady && (ThreadState.isWorking(round) || heard !== this.#bell.listen())
    const isUnchanged = round === this.#seen.round && heard === this.#seen.heard
    if (isOwed && isUnchanged && this.#seen.isOwed) this.#replace(this.#active)
    this.#seen = { round, heard, isOwed }
  }

  /** True while a thread starts; false for one that is stuck. */
  get isStarting(): boolean {
    return this.#active?.state.isReady !== true
  }

  /** Tells now what the threads have said so far. */
  deliver(): void {
    for (const thread of this.#threads) thread.deliver()
  }

  get #relieved(): number[] {
    const states = [...this.#threads].map(({ state }) => state)
    return states.filter(({ isRelieved }) => isRelieved).map(({ identity }) => identity)
  }

  #start(): WriterThread {
    const thread: WriterThread = new WriterThread(this.#bell, {
      onMessage: (message) => this.#hear(thread, message),
      onEnd: (error) => this.#ended(thread, error),
    })
    this.#threads.add(thread)
    return thread
  }

  #takeSpare(): WriterThread | null {
    const spare = this.#spare
    this.#spare = null
    return spare
  }

  #sendJob(thread: WriterThread, id: number, { job }: Member): void {
    thread.send({ type: 'job', id, job, relieved: this.#relieved })
  }

  /** Without a thread to take over, all stays as it is. */
  #replace(stuck: WriterThread): void {
    let next: WriterThread
    try {
      next = this.#takeSpare() ?? this.#start()
    } catch {
      return
    }
    stuck.relieve()
    this.#active = next
    for (const [id, member] of this.#members) this.#sendJob(next, id, member)
  }

  #hear(thread: WriterThread, message: ThreadMessage): void {
    if (message.type === 'free') return this.#freed(thread)
    const member = this.#members.get(message.id)
    if (member === undefined) return
    if (message.type === 'event') member.onEvent(message.event)
    else if (message.type === 'up') member.onUp()
    else {
      this.#leave(message.id)
      member.onEnd(message.error)
    }
  }

  #freed(thread: WriterThread): void {
    if (this.#spare === null && thread !== this.#active) this.#spare = thread
    else if (thread !== this.#active) thread.send({ type: 'end' })
  }

  #leave(id: number): void {
    if (this.#members.delete(id) && this.#members.size === 0) this.#setTimer()
  }

  #ended(thread: WriterThread, error: unknown): void {
    this.#threads.delete(thread)
    if (this.#spare === thread) this.#spare = null
    const members = [...this.#members.values()]
    for (const { job } of members) new Doorbell(job.bell).leaveRole(thread.state.identity) // on behalf of the dead
    if (this.#active !== thread) return
    this.#active = null
    this.#members.clear()
    for (const member of members) member.onEnd(error)
  }

  #setTimer(): void {
    clearTimeout(this.#timer)
    this.#isLooking = this.#members.size > 1
    if (this.#members.size === 0) this.#timer = setTimeout(() => this.#endAll(), LINGER_MS).unref()
    else if (this.#members.size > 1) this.#timer = setTimeout(() => this.#lookAgain(), LOOK_EVERY_MS).unref()
  }

  #lookAgain(): void {
    this.look()
    this.#setTimer()
  }

  #endAll(): void {
    for (const thread of [this.#active, this.#spare]) thread?.send({ type: 'end' })
    this.#active = this.#spare = null
  }
}
