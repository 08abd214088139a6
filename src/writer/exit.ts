// The end of the process: one registry and one listener for all writers of this thread, however many.
// Return, process.exit(), an uncaught exception and an unhandled rejection all come through the 'exit' event;
// signals come through signals.ts. Everybody is asked first and waited for afterwards, so that a thousand
// writers finish together.

import { isMainThread } from 'node:worker_threads'
import { endProcessNow } from './force-exit.js'
import { forgetSignals, watchSignals } from './signals.js'
import { now } from '../runtime.js'

/** Something that must be finished before the thread ends. */
export interface Finishable {
  readonly handlesSignals: boolean
  /** Hands over what is staged, in the middle of another's call: without asking the user's code for anything. */
  handOver(): void
  /** Hands over what is staged and asks for the end; does not wait. */
  beginExit(): void
  /**
   * Waits until everything is written, at most for the writer's own time limit.
   * @param since when the end began ({@link now}): all writers wait at the same time
   * @returns false if a thread hangs in a call that cannot be interrupted
   */
  finishExit(since: number): boolean
}

const open = new Set<Finishable>()

/** Finish this when the thread ends. */
export function finishAtExit(item: Finishable): void {
  if (open.size === 0) process.on('exit', onExit)
  open.add(item)
  if (item.handlesSignals) watchSignals(item, finishAll, handOverAll)
}

/** It is finished already. */
export function forgetAtExit(item: Finishable): void {
  if (!open.delete(item)) return
  forgetSignals(item)
  if (open.size === 0) process.off('exit', onExit)
}

function handOverAll(): void {
  for (const item of open) attempt(() => item.handOver())
}

function onExit(code: number): void {
  const canEnd = finishAll()
  if (!canEnd && isMainThread) endProcessNow(code)
}

/** False if a thread hangs, so that the process could not end by itself. */
function finishAll(): boolean {
  const items = [...open]
  const since = now()
  for (const item of items) attempt(() => item.beginExit())
  return items.map((item) => attempt(() => item.finishExit(since))).every((canEnd) => canEnd !== false)
}

/** One that cannot be finished must not cost the others their lines, nor change how the process ends. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined // nobody is left to be told, but what it left is in its queue file
  }
}
