// SIGTERM, SIGINT and SIGHUP end a process without an 'exit' event. As long as the application has no handler of
// its own for one of them, there is one here: it finishes all writers, steps aside, and sends the signal again, so
// that the process ends as it would have. The moment the application adds a handler, ours is gone: what the
// signal does is then the application's decision, and it ends through 'exit'. Main thread only.

import { constants } from 'node:os'
import { isMainThread } from 'node:worker_threads'
import { loadLibc } from '../native/libc.js'
import { nextTick } from '../runtime.js'

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const
type Signal = (typeof SIGNALS)[number]

const watchers = new Set<object>()
let finish: () => unknown = () => {}
let handOver: () => unknown = () => {}
/** While a send blocks, no handler could run: undoes what then gives the signals their usual effect. */
let giveBack: (() => void) | null = null

/** Handles the signals as long as at least one writer wants it. */
export function watchSignals(watcher: object, finishAll: () => unknown, handOverAll: () => unknown): void {
  if (!isMainThread) return
  finish = finishAll
  handOver = handOverAll
  if (watchers.size === 0) {
    process.on('newListener', onNewListener)
    process.on('removeListener', onRemoveListener)
    for (const signal of SIGNALS) handleIfFree(signal)
  }
  watchers.add(watcher)
}

/** This writer needs the signals no more. */
export function forgetSignals(watcher: object): void {
  if (!watchers.delete(watcher) || watchers.size > 0) return
  process.off('newListener', onNewListener)
  process.off('removeListener', onRemoveListener)
  for (const signal of SIGNALS) process.off(signal, onSignal)
}

/**
 * The thread is about to block for long: a signal must be able to end the process meanwhile. Node's handler stays,
 * as a signal that has arrived already would be lost with it; only the kernel is told to act itself. Then nothing is
 * finished, so what other writers have staged is handed over first.
 */
export function suspendSignals(): void {
  if (!isMainThread || giveBack !== null) return
  const libc = loadLibc()
  if (!libc.available) return // then signals wait until send() returns
  // Not one to which the application has just added a handler: ours is gone only after this tick.
  const ours = SIGNALS.filter((signal) => process.listenerCount(signal) > 0 && !isTaken(signal))
  handOver()
  giveBack = libc.useDefaultSignals(ours.map((signal) => constants.signals[signal]))
}

/** The thread has its event loop again. */
export function resumeSignals(): void {
  giveBack?.()
  giveBack = null
}

/** True if the application has a handler for the signal. */
function isTaken(signal: Signal): boolean {
  return process.listeners(signal).some((listener) => listener !== onSignal)
}

function handleIfFree(signal: Signal): void {
  if (process.listenerCount(signal) === 0) process.on(signal, onSignal)
}

function onSignal(signal: Signal): void {
  if (isTaken(signal)) return
  finish()
  process.off(signal, onSignal) // without a listener, the signal has its usual effect again
  process.kill(process.pid, signal)
}

function onNewListener(event: string | symbol, listener: unknown): void {
  const signal = SIGNALS.find((name) => name === event)
  if (signal === undefined || listener === onSignal) return
  // Later: without any listener, even for a moment, Node would stop to catch the signal.
  nextTick(() => {
    if (isTaken(signal)) process.off(signal, onSignal)
  })
}

function onRemoveListener(event: string | symbol, listener: unknown): void {
  const signal = SIGNALS.find((name) => name === event)
  if (signal === undefined || listener === onSignal) return
  // At once: a signal between now and later would end the process with lines in the queue. That a listener added
  // with once() is removed before it runs does no harm, as an emit calls the listeners it began with.
  if (!isTaken(signal)) handleIfFree(signal)
}
