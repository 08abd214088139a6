// Whether a writer thread is stuck, for its owner, and whether it was relieved of its queues, for itself: a few words of
// shared memory.

/** Goes up at the beginning of each round and at its end: odd within one. */
const ROUND = 0
const RELIEVED = 1
/** 1 while a message of the owner waits. */
const MAIL = 2
const IDENTITY = 3
const READY = 4
/** The bell, as the thread has heard it last. */
const HEARD = 5
const WORDS = 6

/** The state of one writer thread. */
export class ThreadState {
  readonly handle: SharedArrayBuffer
  readonly #words: Int32Array

  constructor(handle: SharedArrayBuffer = new SharedArrayBuffer(WORDS * Int32Array.BYTES_PER_ELEMENT)) {
    this.handle = handle
    this.#words = new Int32Array(handle)
  }

  /** As {@link currentThread} of that thread; 0 before it runs. */
  get identity(): number {
    return Atomics.load(this.#words, IDENTITY)
  }

  set identity(thread: number) {
    Atomics.store(this.#words, IDENTITY, thread)
  }

  /** True once it has loaded all that it needs: before, on a busy machine, it may only seem to be stuck. */
  get isReady(): boolean {
    return Atomics.load(this.#words, READY) === 1
  }

  beReady(): void {
    Atomics.store(this.#words, READY, 1)
  }

  /** What the bell showed when the thread came round last: if it has rung since, there is something to do. */
  get heard(): number {
    return Atomics.load(this.#words, HEARD)
  }

  hear(bell: number): void {
    Atomics.store(this.#words, HEARD, bell)
  }

  /** Changes with every round. */
  get round(): number {
    return Atomics.load(this.#words, ROUND)
  }

  /** True within a round. */
  static isWorking(round: number): boolean {
    return (round & 1) === 1
  }

  /** A round of one queue begins. */
  begin(): void {
    Atomics.add(this.#words, ROUND, 1)
  }

  end(): void {
    Atomics.add(this.#words, ROUND, 1)
  }

  /** The owner has sent a message: to look for one takes longer than to look here. */
  noteMail(): void {
    Atomics.store(this.#words, MAIL, 1)
  }

  /** True once after {@link noteMail}. */
  takeMail(): boolean {
    return Atomics.load(this.#words, MAIL) === 1 && Atomics.exchange(this.#words, MAIL, 0) === 1
  }

  /** True if another thread has taken over: this one gives all its queues away. */
  get isRelieved(): boolean {
    return Atomics.load(this.#words, RELIEVED) === 1
  }

  /** The owner: another thread takes over. */
  relieve(): void {
    Atomics.store(this.#words, RELIEVED, 1)
  }

  /** It has no queues any more, and may get new ones. */
  resume(): void {
    Atomics.store(this.#words, RELIEVED, 0)
  }
}
