// SIGTERM, SIGINT and SIGHUP end a process without an 'exit' event. As long as the application has no listener for one
// of them, we have one: it finishes all writers and sends the signal again, so that the process ends as it would have
// without us. When the application adds a listener, ours leaves; when it removes its last one, ours is back at once.
//
// A signal waits for the event loop. Where there is no next turn, we look for it ourselves (caught-signals.ts): while a
// call blocks, at the end of the process, and when our listener leaves for good. Main thread only.

import { executionAsyncResource } from 'node:async_hooks'
import { constants } from 'node:os'
import { isMainThread } from 'node:worker_threads'
import { nextTick, now, process } from '../runtime.js'
import { CaughtSignals } from './caught-signals.js'
import { SLICE_MS } from '../time-limit.js'

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const
type Signal = (typeof SIGNALS)[number]

/** Tests of an application may replace it. */
const kill: typeof process.kill = process.kill.bind(process)

/** What is done about a signal. */
export interface SignalActions {
  /** Finishes all writers. */
  finish(): void
  /** Hands over what is staged. */
  handOver(): void
}

/** Our listeners for signals, as long as at least one writer wants them. */
export class Signals {
  readonly #actions: SignalActions
  readonly #watchers = new Set<object>()
  readonly #caught = new CaughtSignals()
  #isListening = false
  /** True while writers are finished: nothing can interrupt that, and our listeners stay. */
  #isFinishing = false
  #lastLook = 0

  constructor(actions: SignalActions) {
    this.#actions = actions
  }

  /** Listens, at least until {@link forget}. */
  watch(watcher: object): void {
    if (!isMainThread) return
    this.#watchers.add(watcher)
    this.#listen()
  }

  /** This writer no longer needs the signals. */
  forget(watcher: object): void {
    if (this.#watchers.delete(watcher) && this.#watchers.size === 0) this.heedAfter(() => {})
  }

  /** While this thread is blocked: a signal that has come meanwhile ends the process, unless it is the application's. */
  heed(): void {
    if (this.#watchers.size === 0 || this.#isFinishing || now() - this.#lastLook < SLICE_MS) return
    this.#lastLook = now()
    const signal = this.#pending()
    if (signal !== undefined) this.#end(signal)
  }

  /** From now on no signal ends the process, until {@link letThrough}. */
  holdBack(): void {
    this.#isFinishing = true
  }

  letThrough(): void {
    this.#isFinishing = false
  }

  /** Finishes what is about to end; a signal that came before or meanwhile then has its usual effect. */
  heedAfter(finish: () => void): void {
    if (this.#isFinishing) return
    this.#isFinishing = true
    finish()
    this.#isFinishing = false
    const signal = this.#pending()
    if (signal !== undefined) this.#raise(signal)
    else if (this.#watchers.size === 0) this.#leave()
  }

  /** Gives the signal its usual effect. */
  #raise(signal: Signal): void {
    this.#leave()
    kill(process.pid, signal)
    // Still here: as the first process of a container, or because the signal is blocked.
    if (this.#watchers.size > 0) this.#listen()
  }

  #listen(): void {
    if (this.#isListening) return
    this.#isListening = true
    process.on('newListener', this.#onNewListener)
    process.on('removeListener', this.#onRemoveListener)
    for (const signal of SIGNALS) this.#listenIfFree(signal)
  }

  #leave(): void {
    if (!this.#isListening) return
    this.#isListening = false
    process.off('newListener', this.#onNewListener)
    process.off('removeListener', this.#onRemoveListener)
    for (const signal of SIGNALS) process.off(signal, this.#onSignal)
  }

  /** A signal that only we listen to, and that waits for the event loop. */
  #pending(): Signal | undefined {
    const ours = SIGNALS.filter((signal) => this.#isOurs(signal))
    const waiting = ours.length === 0 ? [] : this.#caught.waiting()
    return ours.find((signal) => waiting.includes(constants.signals[signal]))
  }

  #end(signal: Signal): void {
    // The kernel protects the first process of a container from signals that it does not handle: without us, nothing
    // would happen. The container's runtime kills it if it does not end, so what is staged should be in the queue.
    if (process.pid === 1) return this.#actions.handOver()
    this.#isFinishing = true
    this.#actions.finish()
    this.#isFinishing = false
    this.#raise(signal)
  }

  #isOurs(signal: Signal): boolean {
    const listeners = process.listeners(signal)
    return listeners.length > 0 && listeners.every((listener) => listener === this.#onSignal)
  }

  #isTaken(signal: Signal): boolean {
    return process.listeners(signal).some((listener) => listener !== this.#onSignal)
  }

  #listenIfFree(signal: Signal): void {
    if (process.listenerCount(signal) === 0) process.on(signal, this.#onSignal)
  }

  readonly #onSignal = (signal: Signal): void => {
    if (isFromKernel() && !this.#isTaken(signal)) this.#end(signal)
  }

  readonly #onNewListener = (event: string | symbol, listener: unknown): void => {
    const signal = SIGNALS.find((name) => name === event)
    if (signal === undefined || listener === this.#onSignal) return
    // Later: without any listener, even for a moment, Node would no longer catch the signal.
    nextTick(() => {
      if (this.#isTaken(signal)) process.off(signal, this.#onSignal)
    })
  }

  readonly #onRemoveListener = (event: string | symbol, listener: unknown): void => {
    const signal = SIGNALS.find((name) => name === event)
    if (signal === undefined || listener === this.#onSignal || process.listenerCount(signal) > 0) return
    // At once: a signal between now and later would end the process with lines in the queue. That a listener added
    // with once() is removed before it runs does no harm, as an emit calls the listeners it began with.
    this.#caught.handleClosed(constants.signals[signal])
    process.on(signal, this.#onSignal)
  }
}

/** False for `process.emit('SIGTERM')` by hand: without listeners of the application, that does nothing. */
function isFromKernel(): boolean {
  return 'onsignal' in executionAsyncResource()
}
