// Two threads of which only one runs at a time, and a schedule that says after how many steps they change over.
// So every interleaving of their accesses to shared memory can be made, and made again.

import { hookSteps } from './steps.js'

const TURN = 0
const SIDES_OVER = 1
const BROKEN = 2
/** How many stretches of the schedule have come to their end. */
const CHANGES = 3
const SCHEDULE = 4
const TO_THE_END = -1
const WORDS = 16
/** No work of these tests takes as many steps: it runs in a circle. */
const MOST_STEPS = 20_000

// The real ones: what the hooks replace must not be used to hand over.
const { load, store, add, wait, notify } = Atomics

/** One side of a schedule: 0 is the thread that leads, 1 the other. */
export class Baton {
  constructor(side, handle = new SharedArrayBuffer(WORDS * 4)) {
    this.handle = handle
    this.side = side
    this.words = new Int32Array(handle)
    this.error = null
  }

  /** Side 0: begins a run. Side 0 does so many steps, then side 1, and so on; after the last each runs to its end. */
  begin(schedule) {
    this.words.fill(0)
    this.words.set([...schedule, TO_THE_END], SCHEDULE)
    this.error = null
  }

  /** Does `work` in the stretches that the schedule gives this side. Call it holding the baton. */
  run(buffer, work) {
    const { words } = this
    let stretch = load(words, CHANGES)
    let steps = 0
    let all = 0
    const unhook = hookSteps(buffer, () => {
      if (++all > MOST_STEPS) throw new Error('runs in a circle')
      if (load(words, SIDES_OVER) === 0 && steps === words[SCHEDULE + stretch]) {
        add(words, CHANGES, 1)
        this.#give()
        this.take()
        stretch = load(words, CHANGES)
        steps = 0
      }
      steps++
    })
    try {
      work()
    } catch (error) {
      this.error = error
      store(words, BROKEN, 1)
    } finally {
      unhook()
    }
    const isLast = add(words, SIDES_OVER, 1) === 1
    // The side that ends first lets the other go on; the leader has the baton when both are over.
    if (!isLast || this.side === 1) this.#give()
    if (!isLast && this.side === 0) this.take()
  }

  take() {
    while (load(this.words, TURN) !== this.side) wait(this.words, TURN, 1 - this.side)
  }

  #give() {
    store(this.words, TURN, 1 - this.side)
    notify(this.words, TURN)
  }

  get changes() {
    return load(this.words, CHANGES)
  }

  get isBroken() {
    return load(this.words, BROKEN) === 1
  }
}

/**
 * Every schedule of `depth` stretches: `run(schedule)` returns how many of them were really as long as they say.
 * Returns how many there are.
 */
export function everySchedule(depth, run, before = []) {
  let runs = 0
  for (let steps = before.length === 0 ? 0 : 1; ; steps++) {
    const schedule = [...before, steps]
    const changes = run(schedule)
    runs++
    if (changes < schedule.length) return runs
    if (depth > 1) runs += everySchedule(depth - 1, run, schedule)
  }
}
