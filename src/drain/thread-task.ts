// One queue of those that a writer thread drains. The thread takes the consumer's role and keeps it, but between two rounds it
// only rests in it: if this thread gets stuck in another log, another thread takes the role away, and this one finds out
// before its next round.

import { loadLibc } from '../native/libc.js'
import { openMemory, type ThreadsMemory } from '../memory/open-memory.js'
import { Doorbell } from '../queue/doorbell.js'
import { now } from '../runtime.js'
import { createDrainLoop, type DrainJob } from './drain-job.js'
import type { DrainLoop } from './drain-loop.js'
import { currentThread, isThreadAlive } from './identity.js'
import { Control, type ThreadEvent } from './protocol.js'
import type { ThreadState } from './thread-state.js'

/** The owner's thread drains while this one starts, and gives the role away when it hears of us; a stuck thread keeps it. */
const FIRST_ROLE_RETRY_MS = 5
const LONGEST_ROLE_RETRY_MS = 100
/** Of one round in bytes: then it is the turn of the other queues. */
const ROUND_BYTES: number = 1024 * 1024
/** Queues at rest are looked at together. */
const IDLE_MS = 2000

/** What a task works with while it has the role. */
interface Held {
  readonly memory: ThreadsMemory
  readonly loop: DrainLoop
}

/** Drains one queue, in rounds. */
export class ThreadTask {
  readonly #job: DrainJob
  readonly #doorbell: Doorbell
  readonly #control: Control
  readonly #mayTakeFrom: (thread: number) => boolean
  readonly #thread: ThreadState
  readonly #emit: (event: ThreadEvent) => void
  #held: Held | null = null
  #seen = 0
  #dueAt = 0
  #roleRetryMs = FIRST_ROLE_RETRY_MS

  /** @param relieved - threads that lose their role to this one while they rest in it */
  constructor(
    job: DrainJob,
    relieved: readonly number[],
    thread: ThreadState,
    emit: (event: ThreadEvent) => void,
  ) {
    this.#job = job
    this.#doorbell = new Doorbell(job.bell)
    this.#control = new Control(job.control)
    this.#mayTakeFrom = (thread) => relieved.includes(thread)
    this.#thread = thread
    this.#emit = emit
  }

  /** When the next round is due, in the time of {@link now}, unless the bell rings before. */
  get dueAt(): number {
    return this.#dueAt
  }

  isDue(at: number): boolean {
    return at >= this.#dueAt || this.#doorbell.listen() !== this.#seen
  }

  /** Does what is due, a bounded part of it. False once there is nothing more to do. */
  round(): boolean {
    const doorbell = this.#doorbell
    this.#seen = doorbell.listen()
    const held = this.#hold()
    if (held === null) return !this.#control.isStopped
    doorbell.stopListening()
    const { loop } = held
    const rest = loop.turn(ROUND_BYTES)
    if (loop.isOver) {
      this.#leave()
      return false
    }
    if (rest.ms > 0) doorbell.wakeAt(rest.lines, rest.bytes)
    const isDueAtOnce = rest.ms <= 0 || loop.isWokenBy(rest)
    this.#dueAt = isDueAtOnce ? 0 : dueAfter(rest.ms)
    doorbell.restInRole(currentThread)
    return true
  }

  /** Gives the queue to another thread. */
  giveAway(): void {
    if (this.#held !== null && this.#doorbell.resumeRole(currentThread)) this.#held.loop.close()
    this.drop()
    this.#doorbell.ring()
  }

  /** Lets go of the queue as it is. */
  drop(): void {
    this.#held?.loop.abandon()
    this.#leave()
  }

  /**
   * Null if another thread has the role, or if the writer has stopped: then its log is closed, and the number of its descriptor
   * may be another file's.
   */
  #hold(): Held | null {
    if (this.#held !== null) {
      if (this.#doorbell.resumeRole(currentThread)) return this.#held
      this.drop()
    }
    const hasRole = this.#doorbell.takeRole(currentThread, isThreadAlive, this.#mayTakeFrom)
    if (!hasRole || this.#control.isStopped) {
      if (hasRole) this.#doorbell.leaveRole(currentThread)
      this.#dueAt = now() + this.#roleRetryMs
      this.#roleRetryMs = Math.min(2 * this.#roleRetryMs, LONGEST_ROLE_RETRY_MS)
      return null
    }
    this.#roleRetryMs = FIRST_ROLE_RETRY_MS
    if (!this.#thread.isReady) this.#control.setLoaded(false) // another thread may have loaded before
    if (this.#job.log.live !== null) loadLibc() // for the lock of the log
    const memory = openMemory(this.#job.memory)
    this.#held = { memory, loop: createDrainLoop(this.#job, memory, this.#emit) }
    this.#control.setLoaded(true)
    this.#thread.beReady()
    return this.#held
  }

  /** What a thread has mapped does not end with it. */
  #leave(): void {
    this.#doorbell.leaveRole(currentThread)
    this.#held?.memory.unmap()
    this.#held = null
  }
}

/** A long rest ends when those of other queues do. */
function dueAfter(ms: number): number {
  const at = now() + ms
  return ms < IDLE_MS ? at : Math.ceil(at / IDLE_MS) * IDLE_MS
}
