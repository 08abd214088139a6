// The plan of a load: which lines are due by now, and when each was meant to be sent. A sender that is late does not
// move the plan, so that a pause is felt by every line that was meant to be sent during it (no coordinated omission).

export class Pace {
  #intervalMs
  #start
  #sent = 0

  /** `rate` lines a second from `start` (milliseconds) on. */
  constructor(rate, start) {
    this.#intervalMs = 1000 / rate
    this.#start = start
  }

  /** How many lines were meant to be sent by now and are not. */
  due(now) {
    return Math.max(0, Math.floor((now - this.#start) / this.#intervalMs) + 1 - this.#sent)
  }

  /** When the next line was or will be meant to be sent. */
  get intended() {
    return this.#start + this.#sent * this.#intervalMs
  }

  get sent() {
    return this.#sent
  }

  /** The next line is sent; returns when it was meant to be. */
  take() {
    const intended = this.intended
    this.#sent++
    return intended
  }
}
