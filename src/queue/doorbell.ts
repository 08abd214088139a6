// How the two sides wake each other. A futex wake costs the producer microseconds, so the consumer says, when
// it goes to sleep, how much must wait before it is worth waking it; while it is awake, nobody rings. A producer
// that finds no room sleeps here too. Lives in a small SharedArrayBuffer of its own, because a thread cannot
// sleep on memory that is mapped from a file.
//
// Every sleep has a time limit: a lost ring costs latency, never a hang.

import { clearTimeout, setTimeout } from '../runtime.js'
import { ourThreadBell, ThreadBell } from './thread-bell.js'

const BELL = 0
const WAKE_LINES = 1
const WAKE_BYTES = 2
/** The consumer's role: identity of the thread that holds it, 0 = nobody; with {@link RESTING}, it is between two rounds. */
const ROLE = 3
const STOPPED = 4
const HAS_WRITER = 5
/** Producers sleep on this; on a cache line of its own. */
const ROOM = 16
const ROOM_WANTED = 17
/** Set by a thread that dropped a line, taken by the consumer when there is room again. */
const WAS_FULL = 18
/** What the owner of a writer is to hear about drops on other threads: one of the next three. */
const DROPS = 19
const NO_DROPS = 0
const DROPS_NOTED = 1
const DROPS_UNDER_WAY = 2
const WORDS = 32
export const BELL_BYTES: number = WORDS * 4

/** No identity of a thread, positive or negative, reaches this bit: it is turned over. */
const RESTING = 0x4000_0000

/** As many lines or bytes as never wait: a sleep that nothing but a request is to end. */
export const NEVER = 0x7fffffff

/** The bell of a queue in a form that `postMessage` can carry. */
export interface BellHandle {
  readonly queue: SharedArrayBuffer
  /** Of the thread that writes for all queues of one thread. */
  readonly thread: SharedArrayBuffer
}

/** Bell, role and stop flag of one queue: any number of threads may hold one. */
export class Doorbell {
  readonly handle: BellHandle
  readonly #words: Int32Array
  readonly #threadBell: ThreadBell

  constructor(
    handle: BellHandle = { queue: new SharedArrayBuffer(BELL_BYTES), thread: ourThreadBell.handle },
  ) {
    this.handle = handle
    this.#words = new Int32Array(handle.queue)
    this.#threadBell = new ThreadBell(handle.thread)
  }

  // --- the producer's side ---

  /** True when this much waiting data is worth a wake. */
  isWorthARing(lines: number, bytes: number): boolean {
    const words = this.#words
    return lines >= Atomics.load(words, WAKE_LINES) || bytes >= Atomics.load(words, WAKE_BYTES)
  }

  /** Wakes the consumer. */
  ring(): void {
    this.stopListening() // one ring is enough
    Atomics.add(this.#words, BELL, 1)
    Atomics.notify(this.#words, BELL)
    this.#threadBell.ring()
  }

  /** Says that room is wanted; returns what to pass to a wait. Check once more for room after this call. */
  wantRoom(): number {
    const seen = Atomics.load(this.#words, ROOM)
    Atomics.store(this.#words, ROOM_WANTED, 1) // observed by roomMade
    return seen
  }

  /** Sleeps until room was made, for at most `ms`. Blocks the thread. */
  waitForRoom(seen: number, ms: number): void {
    Atomics.wait(this.#words, ROOM, seen, ms)
  }

  /** As {@link waitForRoom} without blocking the event loop. */
  async roomAsync(seen: number, ms: number): Promise<void> {
    await waitAsync(this.#words, ROOM, seen, ms)
  }

  /** Notes that a producer dropped lines: somebody may wait for the news that there is room again. */
  noteFull(): void {
    if (Atomics.load(this.#words, WAS_FULL) === 0) Atomics.store(this.#words, WAS_FULL, 1)
  }

  /** Another thread than the owner's dropped lines, and has counted them: rings once until the owner has heard of it. */
  noteDrops(): void {
    const words = this.#words
    if (Atomics.load(words, DROPS) !== NO_DROPS) return
    if (Atomics.compareExchange(words, DROPS, NO_DROPS, DROPS_NOTED) === NO_DROPS) this.ring()
  }

  /** The owner, before it looks at the numbers. */
  hearDrops(): void {
    Atomics.store(this.#words, DROPS, NO_DROPS)
  }

  // --- the consumer's side ---

  /** What to pass to {@link sleep}; read it before looking for work. */
  listen(): number {
    return Atomics.load(this.#words, BELL)
  }

  /** Asks to be woken when so much waits. Look for work once more between this call and the sleep. */
  wakeAt(lines: number, bytes: number): void {
    Atomics.store(this.#words, WAKE_LINES, lines)
    Atomics.store(this.#words, WAKE_BYTES, bytes) // observed by producers after they publish
  }

  /** Sleeps until the bell rings, for at most `ms`. Blocks the thread. */
  sleep(seen: number, ms: number): void {
    Atomics.wait(this.#words, BELL, seen, ms)
    this.stopListening()
  }

  /** The consumer looks by itself from now on. */
  stopListening(): void {
    Atomics.store(this.#words, WAKE_LINES, NEVER)
    Atomics.store(this.#words, WAKE_BYTES, NEVER)
  }

  /** Resolves when the bell rings; null if it rang meanwhile. Does not keep the process alive. */
  ringAsync(seen: number): Promise<unknown> | null {
    const wait = Atomics.waitAsync(this.#words, BELL, seen)
    return wait.async ? wait.value : null
  }

  /** A producer waits for room: what waits must be written, due or not. */
  get isRoomWanted(): boolean {
    return Atomics.load(this.#words, ROOM_WANTED) === 1
  }

  /** Wakes the producers that wait for room. */
  roomMade(): void {
    if (Atomics.exchange(this.#words, ROOM_WANTED, 0) === 0) return
    this.wakeProducers()
  }

  /** Wakes every producer that waits, whether there is room or not: something has ended. */
  wakeProducers(): void {
    Atomics.add(this.#words, ROOM, 1)
    Atomics.notify(this.#words, ROOM)
  }

  /** True once after the queue was found full. */
  takeFull(): boolean {
    if (Atomics.load(this.#words, WAS_FULL) === 0) return false
    return Atomics.exchange(this.#words, WAS_FULL, 0) === 1
  }

  /** True once after drops were noted: the owner must report them. */
  takeDrops(): boolean {
    if (Atomics.load(this.#words, DROPS) !== DROPS_NOTED) return false
    return Atomics.compareExchange(this.#words, DROPS, DROPS_NOTED, DROPS_UNDER_WAY) === DROPS_NOTED
  }

  /**
   * Takes the consumer's role if nobody has it, or only a dead thread.
   * @param mayTakeFrom - says so of a living thread: whether it may lose the role while it rests
   */
  takeRole(
    thread: number,
    isAlive: (thread: number) => boolean,
    mayTakeFrom: (thread: number) => boolean = () => false,
  ): boolean {
    const role = Atomics.compareExchange(this.#words, ROLE, 0, thread)
    if (role === 0 || role === thread) return true
    const holder = identityIn(role)
    const mayTake = holder === thread || !isAlive(holder) || (holder !== role && mayTakeFrom(holder))
    if (!mayTake) return false
    return Atomics.compareExchange(this.#words, ROLE, role, thread) === role
  }

  /** Between two rounds of the holder. */
  restInRole(thread: number): void {
    Atomics.compareExchange(this.#words, ROLE, thread, thread ^ RESTING)
  }

  /** Before the next round. False if another thread has taken the role meanwhile. */
  resumeRole(thread: number): boolean {
    const role = Atomics.compareExchange(this.#words, ROLE, thread ^ RESTING, thread)
    return role === (thread ^ RESTING) || role === thread
  }

  leaveRole(thread: number): void {
    if (Atomics.compareExchange(this.#words, ROLE, thread, 0) === thread) return
    Atomics.compareExchange(this.#words, ROLE, thread ^ RESTING, 0)
  }

  /** The thread that drains at this moment, 0 = nobody. */
  get roleHolder(): number {
    return identityIn(Atomics.load(this.#words, ROLE))
  }

  // --- the queue as a whole ---

  get stopped(): boolean {
    return Atomics.load(this.#words, STOPPED) === 1
  }

  /** No more lines are to come: wakes everybody who waits. */
  stop(): void {
    Atomics.store(this.#words, STOPPED, 1)
    this.ring()
    this.wakeProducers()
  }

  /** Gives the queue to a writer. False if it has one. */
  takeForWriter(): boolean {
    return Atomics.compareExchange(this.#words, HAS_WRITER, 0, 1) === 0
  }

  /** The writer could not be made: any thread may read the queue again. */
  giveBack(): void {
    Atomics.store(this.#words, HAS_WRITER, 0)
  }

  get hasWriter(): boolean {
    return Atomics.load(this.#words, HAS_WRITER) === 1
  }
}

/** The bit is the same as the sign's unless the holder rests. */
function identityIn(role: number): number {
  const isWorking = ((role & RESTING) !== 0) === role < 0
  return isWorking ? role : role ^ RESTING
}

/** `Atomics.waitAsync` that also keeps the process alive, as somebody awaits the result. */
export async function waitAsync(words: Int32Array, index: number, seen: number, ms: number): Promise<void> {
  const wait = Atomics.waitAsync(words, index, seen, ms)
  if (!wait.async) return
  let timer: NodeJS.Timeout | undefined
  const timeUp = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms) // V8's own timer would let the process end
  })
  await Promise.race([wait.value, timeUp])
  clearTimeout(timer)
}
