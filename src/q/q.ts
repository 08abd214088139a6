// The queue on its own: put from any thread, get from any thread. It lies on the same lanes, producer and consumer
// as every writer; a writer can be built on top of one. Each put hands its line over at once.

import { QueuePolicy } from '../constants.js'
import { openMemory, type ThreadsMemory } from '../memory/open-memory.js'
import { ChooseL2Error } from '../errors.js'
import { showAs } from '../inspection.js'
import {
  expectBoolean,
  expectInteger,
  expectOptions,
  expectPolicy,
  expectQueueOptions,
  expectTimeout,
  invalid,
} from '../expect.js'
import { DEFAULTS, type QueueOptions } from '../options.js'
import { Consumer } from '../queue/consumer.js'
import { Doorbell } from '../queue/doorbell.js'
import { awaitPutters, claimLane, countWaiting, reapLanes } from '../queue/lanes.js'
import { geometryOf } from '../queue/geometry.js'
import { MAX_LINE_LIMIT } from '../queue/layout.js'
import { SharedMemory } from '../queue/memory.js'
import { Producer } from '../queue/producer.js'
import { expectStack } from '../stack.js'
import { currentThread, isThreadAlive } from '../drain/identity.js'
import { expectQueueHandle, queueHandle, type QHandle } from './queue-handle.js'
import { batchOf, expectLine, unboundError } from '../send/lines.js'
import { senderFor } from './q-senders.js'
import { drainerHere, Room } from '../send/room.js'
import { Sender } from '../send/sender.js'
import { now } from '../runtime.js'
import { uniqueId } from '../unique-id.js'
import { SLICE_MS } from '../time-limit.js'

const Q_OPTIONS: readonly (keyof QOptions)[] = ['queueBytes', 'lanes', 'dropOldest']
const ONE_LINE = 1
/** A line is taken whole, however long it is. */
const ANY_BYTES = 0x7fffffff

/** Options of a {@link Q}. */
export interface QOptions extends QueueOptions {
  /**
   * Whether `'drop_oldest'` may be used on this queue. Default `true`. It costs the reader a copy of every line,
   * without which a write that hangs would hold the room that dropping should free.
   */
  dropOldest?: boolean
}

/** Thrown by {@link Q.get} when its time limit passes. */
export class QEmpty extends Error {
  constructor(timeout: number) {
    super(`No line arrived within ${timeout} ms`)
    this.name = 'QEmpty'
  }
}

/**
 * A bounded queue of lines between threads.
 *
 * `put` and `get` may be called from several threads at once; post `handle` to a thread and call
 * `Q.open(handle)` there. Every thread that puts has room for `maxsize` lines of its own, and its lines keep
 * their order.
 *
 * @example
 * ```js
 * import { Q } from 'choose-l2'
 *
 * const q = new Q(1000)
 * q.put('a line', 'drop_oldest')
 * console.log(q.get()) // 'a line'
 * ```
 */
export class Q {
  static {
    showAs(this, (q) => (#memory in q ? { stopped: q.stopped, waiting: q.qsize() } : {}))
  }

  readonly handle: QHandle
  readonly #memory: ThreadsMemory
  readonly #doorbell: Doorbell
  #sender: Sender | null = null
  #consumer: Consumer | null = null
  #hasAwaitedPutters = false

  /**
   * @param maxsize lines that may wait for each putting thread; 0 = limited by `queueBytes` only
   * @throws ChooseL2Error ERR_INVALID_ARGUMENT
   */
  constructor(maxsize?: number, options?: QOptions)
  /** @internal */
  constructor(maxsize: number, options: QOptions, handle: QHandle)
  constructor(maxsize = 0, options: QOptions = {}, handle: QHandle | null = null) {
    if (handle === null) {
      expectOptions(options, Q_OPTIONS)
      const { queueBytes = DEFAULTS.queueBytes, lanes = DEFAULTS.lanes, dropOldest = true } = options
      expectInteger('maxsize', maxsize, 0, MAX_LINE_LIMIT)
      expectQueueOptions({ queueBytes, lanes })
      expectBoolean('dropOldest', dropOldest)
      this.#memory = SharedMemory.create(geometryOf(lanes, maxsize, queueBytes, dropOldest))
      this.#doorbell = new Doorbell()
    } else {
      this.#memory = openMemory(handle.memory)
      this.#doorbell = new Doorbell(handle.bell)
    }
    const id = handle?.id ?? uniqueId()
    this.handle = queueHandle({ id, memory: this.#memory.handle, bell: this.#doorbell.handle })
  }

  /** The same queue, from its handle, on another thread. */
  static open(handle: QHandle): Q {
    expectQueueHandle(handle, "to be a queue's handle")
    return new Q(0, {}, handle)
  }

  /**
   * Puts a line into the queue. `'block'` waits until there is room, blocking the thread.
   * @returns false if the policy dropped it
   * @throws ChooseL2Error ERR_QUEUE_STOPPED, ERR_NO_FREE_LANE, ERR_INVALID_ARGUMENT
   */
  put(text: string | Uint8Array, policy: QueuePolicy = QueuePolicy.BLOCK): boolean {
    if (!this || !(#memory in this)) throw unboundError('put', 'q')
    expectPolicy(policy)
    const line = expectLine(text, 'text')
    this.#expectUsable(policy)
    const sender = (this.#sender ??= this.#openSender())
    const refused = sender.put(batchOf(line), policy)
    try {
      this.#announce(sender.producer)
    } catch {
      // The line is in the queue, so put() must not throw. A reader also looks by itself, after a slice of its sleep.
    }
    return refused === 0
  }

  /**
   * Takes the oldest line of the next lane, waiting for one if need be, which blocks the thread.
   * @param timeout milliseconds; without it, waits until a line comes or the queue is stopped
   * @returns null after `stop()` once the queue is empty
   * @throws QEmpty when the time has passed; ChooseL2Error ERR_QUEUE_IN_USE if a writer drains this queue
   */
  get(timeout?: number): string | null {
    if (timeout !== undefined) expectTimeout(timeout)
    const deadline = timeout === undefined ? Infinity : now() + timeout
    for (;;) {
      const seen = this.#doorbell.listen()
      const isStopped = this.#isAtRest() // before the look: nothing comes after it
      const line = this.#take()
      if (line !== null) return line
      if (isStopped) return null
      const left = deadline - now()
      if (left <= 0) throw new QEmpty(timeout ?? 0)
      this.#doorbell.sleep(seen, Math.min(left, SLICE_MS))
    }
  }

  /** Takes every waiting line. */
  drain(): string[] {
    this.#isAtRest()
    const lines: string[] = []
    for (let line = this.#take(); line !== null; line = this.#take()) lines.push(line)
    return lines
  }

  /** No more lines are to come: `put` throws, `get` returns what is left and then `null`, a writer drains and ends. */
  stop(): void {
    this.#doorbell.stop()
  }

  /** True if at least one line waits. */
  hasData(): boolean {
    return this.qsize() > 0
  }

  /** True after {@link stop}. */
  get stopped(): boolean {
    return this.#doorbell.stopped
  }

  /** How many lines wait, over all lanes. */
  qsize(): number {
    return countWaiting(this.#memory)
  }

  /** @internal Throws ERR_QUEUE_IN_USE if a writer has this queue. */
  expectFree(): void {
    if (!this.#doorbell.hasWriter) return
    throw new ChooseL2Error(
      'ERR_QUEUE_IN_USE',
      'Expected a queue without a writer, but a writer takes the lines out of this one',
    )
  }

  /** @internal Whether its lines are copied before they are written. */
  get canDropOldest(): boolean {
    return this.#memory.geometry.copiedClaims
  }

  /** @internal For a writer: makes this queue its own. */
  takeForWriter(): { memory: ThreadsMemory; doorbell: Doorbell } {
    if (!this.#doorbell.takeForWriter()) this.expectFree()
    return { memory: this.#memory, doorbell: this.#doorbell }
  }

  /** @internal The writer that took it could not be made. */
  giveBack(): void {
    this.#doorbell.giveBack()
  }

  #announce({ waitingLines, waitingBytes }: Producer): void {
    // Several threads may sleep in get(), and each says only for itself when to wake it.
    const isForReaders = !this.#doorbell.hasWriter
    if (isForReaders || this.#doorbell.isWorthARing(waitingLines, waitingBytes)) this.#doorbell.ring()
  }

  /** The calling thread's, whichever of its handles it uses. */
  #openSender(): Sender {
    const { id } = this.handle
    const doorbell = this.#doorbell
    return senderFor(id, () => {
      if (!this.#doorbell.hasWriter) this.#withRole(() => this.#freeLanes())
      const lane = claimLane(this.#memory, doorbell, currentThread, isThreadAlive, drainerHere(id))
      return new Sender({
        producer: new Producer(this.#memory, lane),
        doorbell,
        isOver: () => {
          this.#expectRunning()
          return false
        },
        room: new Room(id, doorbell, () => doorbell.stopped),
        onDrop: () => doorbell.noteDrops(),
      })
    })
  }

  /** Where no writer does it: sets the drained lanes of threads free that have ended. */
  #freeLanes(): void {
    reapLanes(this.#memory, isThreadAlive)
    const consumer = (this.#consumer ??= new Consumer(this.#memory))
    consumer.look()
  }

  /** Does something that only one thread may do at a time; others wait for it. */
  #withRole<T>(work: () => T): T {
    while (!this.#doorbell.takeRole(currentThread, isThreadAlive))
      this.#doorbell.sleep(this.#doorbell.listen(), 1)
    try {
      return work()
    } finally {
      this.#doorbell.leaveRole(currentThread)
    }
  }

  #expectUsable(policy: QueuePolicy): void {
    this.#expectRunning()
    if (policy === QueuePolicy.DROP_OLDEST && !this.#memory.geometry.copiedClaims) {
      throw invalid(
        'policy',
        "other than 'drop_oldest', as the queue was made with dropOldest: false",
        policy,
      )
    }
  }

  #expectRunning(): void {
    if (!this.#doorbell.stopped) return
    const message = 'Expected a running queue, but it was stopped: put nothing after stop()'
    throw new ChooseL2Error('ERR_QUEUE_STOPPED', message)
  }

  /** True if the queue was stopped; calls of put that were under way then have ended when this returns. */
  #isAtRest(): boolean {
    if (!this.#doorbell.stopped) return false
    if (!this.#hasAwaitedPutters) awaitPutters(this.#memory, currentThread, isThreadAlive)
    this.#hasAwaitedPutters = true
    return true
  }

  #take(): string | null {
    this.expectFree()
    expectStack() // a line that was taken must reach the caller
    return this.#withRole(() => {
      const consumer = (this.#consumer ??= new Consumer(this.#memory))
      consumer.look()
      if (!consumer.resume() && !consumer.claim(ANY_BYTES, undefined, ONE_LINE)) return null
      const bytes = Buffer.concat(consumer.ranges())
      const line = bytes.toString('utf8', 0, bytes.length - 1) // without its '\n'
      consumer.advance(bytes.length)
      this.#doorbell.roomMade()
      return line
    })
  }
}
