// What a writer thread sleeps on. It drains many queues but can sleep on one word only, so every queue's bell (doorbell.ts)
// rings this one as well.

const BYTES = 64

/** The bell of a writer thread: any number of threads may hold one. */
export class ThreadBell {
  readonly handle: SharedArrayBuffer
  readonly #words: Int32Array

  constructor(handle: SharedArrayBuffer = new SharedArrayBuffer(BYTES)) {
    this.handle = handle
    this.#words = new Int32Array(handle)
  }

  /** What to pass to {@link sleep}; read it before looking for work. */
  listen(): number {
    return Atomics.load(this.#words, 0)
  }

  ring(): void {
    Atomics.add(this.#words, 0, 1)
    Atomics.notify(this.#words, 0)
  }

  /** Sleeps until the bell rings, for at most `ms`. Blocks the thread. */
  sleep(seen: number, ms: number): void {
    Atomics.wait(this.#words, 0, seen, ms)
  }
}

/** Of the queues that this thread makes: one thread writes for all of them. */
export const ourThreadBell: ThreadBell = new ThreadBell()
