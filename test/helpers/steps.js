// Makes code of the queue stop between any two of its accesses to shared memory: each atomic operation, each read
// of a line's end, each total, each copy. A test hooks in there to run the other side, or to let a thread die.

import { Lane } from '../../build/queue/lane.js'

const ATOMICS = ['load', 'store', 'add', 'exchange', 'compareExchange']
const COPIES = ['set', 'fill', 'write']

/** Calls `onStep` before every access to `buffer` until `unhook` is called. Not before those of `onStep` itself. */
export function hookSteps(buffer, onStep) {
  let isInside = false
  const step = (name) => {
    if (isInside) return
    isInside = true
    try {
      onStep(name)
    } finally {
      isInside = false
    }
  }
  const undo = [
    ...ATOMICS.map((name) => wrap(Atomics, name, (words) => words.buffer === buffer, step)),
    ...COPIES.map((name) => wrap(Buffer.prototype, name, (_, self) => self.buffer === buffer, step)),
    wrap(Lane.prototype, 'startOf', (_, self) => self.words.buffer === buffer, step),
    wrap(Lane.prototype, 'addTo', (_, self) => self.words.buffer === buffer, step),
  ]
  return () => undo.forEach((restore) => restore())
}

function wrap(owner, name, isOurs, step) {
  const own = Object.getOwnPropertyDescriptor(owner, name)
  const original = owner[name]
  const value = function (...args) {
    if (isOurs(args[0], this)) step(name)
    return Reflect.apply(original, this, args)
  }
  Object.defineProperty(owner, name, { value, configurable: true, writable: true })
  return () => {
    if (own === undefined) delete owner[name]
    else Object.defineProperty(owner, name, own)
  }
}

/** Thrown at a step: the thread is no more. */
export class Death extends Error {}

/** Runs `work` and lets it die at step `at`, counted from 0. True if it died, false if it came to its end before. */
export function diesAt(buffer, at, work) {
  let step = 0
  const unhook = hookSteps(buffer, () => {
    if (step++ === at) throw new Death()
  })
  try {
    work()
    return false
  } catch (error) {
    if (error instanceof Death) return true
    throw error
  } finally {
    unhook()
  }
}

/** Runs `work` and, before step `at`, `other` as a whole. True if there was such a step. */
export function interruptedAt(buffer, at, work, other) {
  let step = 0
  const unhook = hookSteps(buffer, () => {
    if (step++ === at) other()
  })
  try {
    work()
  } finally {
    unhook()
  }
  return step > at
}
