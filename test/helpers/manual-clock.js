// A clock that stands still until a test moves it (milliseconds).
export class ManualClock {
  #now

  constructor(now = 0) {
    this.#now = now
  }

  now() {
    return this.#now
  }

  advance(ms) {
    this.#now += ms
  }

  advanceTo(now) {
    this.#now = now
  }
}
