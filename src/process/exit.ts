// The end of the process: one registry for all writers of this thread, with a listener before the application's and
// one after them. Return, process.exit(), an
// uncaught exception and an unhandled rejection all come through the 'exit' event; signals come through signals.ts.
// All writers are asked first and waited for afterwards, so that a thousand writers finish together.
//
// Two copies of this package in one process share the registry of the copy that was loaded first. Otherwise each would
// take the other's listener for a signal for the application's.

import { isMainThread } from 'node:worker_threads'
import { endProcessNow } from './force-exit.js'
import { Signals } from './signals.js'
import { now, process } from '../runtime.js'
import { SLICE_MS } from '../time-limit.js'

/** Something that must be finished before the thread ends. Copies of other versions call it: never change a method. */
export interface Finishable {
  readonly handlesSignals: boolean
  /** True if it can take no lines once it is finished: then other 'exit' listeners come first. */
  readonly isFinishedLast: boolean
  /** Hands over what is staged, in the middle of another's call: without asking the user's code for anything. */
  handOver(): void
  /** Hands over what is staged and asks for the end; does not wait. */
  beginExit(): void
  /** Waits for the end for at most `ms`. False = it is not over yet, and there is time left. */
  continueExit(ms: number): boolean
  /** True if a thread hangs in a call that cannot be interrupted: it would keep the process from ending. */
  readonly isHanging: boolean
}

/** What the copies share. The number in the key changes with any method. */
interface Registry {
  registerForExit(item: Finishable): void
  unregisterForExit(item: Finishable): void
  heedSignals(): void
}

const KEY: unique symbol = Symbol.for('choose-l2.exit.1') as never

/** Finish this when the thread ends. */
export function registerForExit(item: Finishable): void {
  registry().registerForExit(item)
}

/** It is finished already. */
export function unregisterForExit(item: Finishable): void {
  registry().unregisterForExit(item)
}

/** When the signals were looked at last. A look takes several system calls, and a full queue waits often and briefly. */
let lastLook = -Infinity

/** Call repeatedly while this thread is blocked: a signal that came meanwhile must be able to end the process. */
export function heedSignals(): void {
  if (!isMainThread || now() - lastLook < SLICE_MS) return
  lastLook = now()
  registry().heedSignals()
}

/** True from the moment on at which the thread's 'exit' event is emitted. */
export function isExiting(): boolean {
  return (process as { _exiting?: boolean })._exiting === true
}

function registry(): Registry {
  const holder = process as { [KEY]?: Registry }
  if (holder[KEY] === undefined) Object.defineProperty(process, KEY, { value: new ExitRegistry() })
  return holder[KEY] as Registry // defined by now
}

/** A thread of Vitest's, which ends without an 'exit' event but says so before. Absent in versions without the call. */
interface VitestWorker {
  onCleanup?(listener: () => void): void
}

class ExitRegistry implements Registry {
  readonly #open = new Set<Finishable>()
  readonly #signals = new Signals({
    finish: () => this.#finishAll(),
    handOver: () => {
      for (const item of this.#open) attempt(() => item.handOver())
    },
  })

  constructor() {
    const { __vitest_worker__: worker } = globalThis as { __vitest_worker__?: VitestWorker }
    worker?.onCleanup?.(() => this.#finishAll())
  }

  registerForExit(item: Finishable): void {
    if (this.#open.size === 0) {
      // First, as a listener of the application's may throw or call process.exit(): then none after it is called.
      process.prependListener('exit', this.#onExitFirst)
      process.on('exit', this.#onExit)
    }
    this.#open.add(item)
    if (item.handlesSignals) this.#signals.watch(item)
  }

  unregisterForExit(item: Finishable): void {
    if (!this.#open.delete(item)) return
    if (this.#open.size === 0) {
      process.off('exit', this.#onExitFirst)
      process.off('exit', this.#onExit)
    }
    this.#signals.forget(item)
  }

  heedSignals(): void {
    this.#signals.heed()
  }

  readonly #onExitFirst = (): void => {
    this.#signals.holdBack() // the application's listeners come next
    for (const item of this.#open) if (item.isFinishedLast) attempt(() => item.handOver())
    this.#finishAll((item) => !item.isFinishedLast)
  }

  readonly #onExit = (code: number): void => {
    const items = [...this.#open]
    this.#signals.letThrough()
    this.#signals.heedAfter(() => this.#finishAll())
    if (isMainThread && items.some((item) => attempt(() => item.isHanging))) endProcessNow(code)
  }

  /** In turn, so that none uses up the time of another. */
  #finishAll(isMeant: (item: Finishable) => boolean = () => true): void {
    let waiting = [...this.#open].filter(isMeant)
    for (const item of waiting) attempt(() => item.beginExit())
    while (waiting.length > 0) {
      waiting = waiting.filter(
        (item, n) => attempt(() => item.continueExit(n === 0 ? SLICE_MS : 0)) === false,
      )
    }
  }
}

/** One that cannot be finished must not cost the others their lines, nor change how the process ends. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined // too late to report, but its lines are in its queue file
  }
}
